"""From a plan to work: the lease of whoever plans, and the step by which batches may be worked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from imports import remaining
from imports.models import Batch, Import, ImportStatus
from inbox.people.nudge import nudge

TASK = "imports.tasks.work_imports"
# A worker that says nothing for so long is taken to be dead.
LEASE = timedelta(seconds=60)


class LeaseLost(Exception):
    """Another worker has taken this over, or somebody paused or cancelled it: leave everything as it is."""


def keep(import_: Import) -> None:
    """Say that planning goes on. Raises LeaseLost: then stop."""
    until = timezone.now() + LEASE
    mine = Import.objects.filter(
        pk=import_.pk, status=ImportStatus.PLANNING, leased_until=import_.leased_until, leased_until__isnull=False
    )
    if not mine.update(leased_until=until):
        raise LeaseLost
    import_.leased_until = until


def begin_running(import_: Import, batches: Sequence[Batch]) -> None:
    """Store the batches of a plan, write them down in Redis, and let workers have them. Raises LeaseLost.

    `import_.total` is stored with them. Until the last step nobody works a batch, and a planner that dies before it
    leaves nothing that the next one does not replace.
    """
    with transaction.atomic():
        keep(import_)
        Batch.objects.filter(parent=import_).delete()
        Batch.objects.bulk_create(batches, batch_size=500)
    _run(import_, [batch.public_id for batch in batches])


def begin_running_with(import_: Import) -> None:
    """Let workers have the batches that were stored while the import was planned, bit by bit. Raises LeaseLost.

    `import_.total` is stored with them.
    """
    keep(import_)
    _run(import_, list(Batch.objects.filter(parent=import_).values_list("public_id", flat=True)))


def _run(import_: Import, batches: Sequence[UUID]) -> None:
    remaining.forget(import_)
    remaining.add(import_, batches)
    mine = Import.objects.filter(pk=import_.pk, status=ImportStatus.PLANNING, leased_until=import_.leased_until)
    now = timezone.now()
    begun = {"status": ImportStatus.RUNNING, "leased_until": None, "started_at": now, "due_at": now}
    if not mine.update(total=import_.total, attempts=0, failures=0, **begun):
        raise LeaseLost
    import_.status, import_.leased_until = ImportStatus.RUNNING, None
    nudge(TASK)
