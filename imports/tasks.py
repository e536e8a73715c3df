"""Nudges: each carries nothing and may run as often as it likes."""

from __future__ import annotations

from functools import partial

from celery import shared_task

from imports import batches, erasing
from imports.planned import TASK
from inbox.people.nudge import nudge, work_through
from notifications.ops.runs import nightly, once


@shared_task
def work_imports() -> None:
    """Plan, work and undo imports."""
    if batches.drain():
        nudge(TASK)  # there may be as much for another process
        work_through(TASK, batches.drain)


@shared_task
def settle_imports() -> None:
    """End imports that were left without a batch, and put back what Redis has lost."""
    batches.settle()


@shared_task
def forget_marked_files() -> None:
    """Delete files that are to go: in most of them somebody may be who was erased."""
    work_through(erasing.TASK, partial(erasing.forget_old, set()))


@shared_task
def forget_import_files() -> None:
    """Delete files whose time is over, once a night."""
    with once("forget import files", nightly(4, 0)) as mine:
        if mine:
            failed: set[int] = set()
            while erasing.forget_old(failed):
                pass
            erasing.forget_orphans()
