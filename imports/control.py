"""What people do with an import: begin, pause, resume, cancel, undo."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from imports import ending, remaining
from imports.csv.mapping import remember
from imports.errors import ImportRefused
from imports.models import Batch, BatchStatus, Change, Import, ImportStatus, Source
from imports.planned import TASK
from inbox.people.audit import Actor, record
from inbox.people.nudge import nudge_on_commit

_STARTED = (ImportStatus.PLANNING, ImportStatus.RUNNING)
_CAN_CANCEL = (*_STARTED, ImportStatus.UPLOADING, ImportStatus.READY, ImportStatus.PAUSED)
_CAN_UNDO = (ImportStatus.FINISHED, ImportStatus.FAILED, ImportStatus.CANCELLED)


def start(import_: Import, by: Actor, *, dry_run: bool = False) -> None:
    """Have an import worked, or only judged (`dry_run`). After a dry run the same batches are worked for real.

    Raises ImportRefused (`not_ready`, `file_gone`).
    """
    with transaction.atomic():
        held = _hold(import_)
        judged = held.status == ImportStatus.FINISHED and held.dry_run and not dry_run
        if (judged or held.status == ImportStatus.READY) and held.file_gone_at is not None:
            raise ImportRefused("file_gone", "Its file is not kept any more. Upload it again.")
        if judged:
            _work_what_was_judged(held)
        elif held.status == ImportStatus.READY:
            if held.source == Source.CSV:
                remember(held)
            held.dry_run, held.status, held.due_at, held.attempts = dry_run, ImportStatus.PLANNING, timezone.now(), 0
            held.leased_until, held.error, held.failures = None, "", 0
            held.save()
        else:
            raise ImportRefused("not_ready", f"It cannot begin: it is {held.get_status_display().lower()}.")
        if not dry_run:
            record("contacts.import_begun", workspace=held.workspace, by=by, subject=str(held), source=held.source)
        nudge_on_commit(TASK)
    import_.refresh_from_db()


def change(import_: Import, **fields: Any) -> None:
    """Change how a file is read and what its columns are (`dialect`, `columns`, `mapping`, `key`, `existing`,
    `options`) before it is imported; what a dry run has found is forgotten. Raises ImportRefused (`not_ready`)."""
    with transaction.atomic():
        held = _hold(import_)
        judged = held.status == ImportStatus.FINISHED and held.dry_run
        if held.status != ImportStatus.READY and not judged:
            raise ImportRefused("not_ready", "It has begun already. Cancel it, and upload the file again.")
        if judged:
            Batch.objects.filter(parent=held).delete()
            for name in ("total", "created", "updated", "unchanged", "refused"):
                setattr(held, name, 0)
            held.others, held.finished_at, held.dry_run = {}, None, False
        held.status = ImportStatus.READY
        for name, value in fields.items():
            setattr(held, name, value)
        held.save()
    import_.refresh_from_db()


def pause(import_: Import, by: Actor) -> None:
    """Have no further batch begun. Raises ImportRefused (`not_running`)."""
    with transaction.atomic():
        held = _hold(import_)
        if held.status not in _STARTED:
            raise ImportRefused("not_running", "It is not running.")
        held.options = {**held.options, "paused": held.status}
        _become(held, ImportStatus.PAUSED)
        record("contacts.import_paused", workspace=held.workspace, by=by, subject=str(held))
    import_.refresh_from_db()


def resume(import_: Import, by: Actor) -> None:
    """Go on with an import that was paused. Raises ImportRefused (`not_paused`)."""
    with transaction.atomic():
        held = _hold(import_)
        if held.status != ImportStatus.PAUSED:
            raise ImportRefused("not_paused", "It is not paused.")
        held.options = dict(held.options)
        before = held.options.pop("paused", ImportStatus.RUNNING)
        held.due_at = timezone.now()
        _become(held, before)
        record("contacts.import_resumed", workspace=held.workspace, by=by, subject=str(held))
        nudge_on_commit(TASK)
    import_.refresh_from_db()


def cancel(import_: Import, by: Actor) -> None:
    """End an import where it is; what its batches wrote stays, and can be undone. Raises ImportRefused (`ended`)."""
    with transaction.atomic():
        held = _hold(import_)
        if held.status not in _CAN_CANCEL:
            raise ImportRefused("ended", "It has ended already.")
        held.finished_at = timezone.now()
        _become(held, ImportStatus.CANCELLED)
        record("contacts.import_cancelled", workspace=held.workspace, by=by, subject=str(held))
    remaining.forget(import_)
    ending.let_go(import_)
    import_.refresh_from_db()


def undo(import_: Import, by: Actor) -> None:
    """Have all that an import did taken back, but for what somebody has touched since. Raises ImportRefused
    (`not_ended`, `nothing_to_undo`)."""
    with transaction.atomic():
        held = _hold(import_)
        if held.status not in _CAN_UNDO:
            raise ImportRefused("not_ended", "It can be undone once it has ended.")
        if held.dry_run or not _wrote(held):
            raise ImportRefused("nothing_to_undo", "It has changed nothing that could be taken back.")
        held.due_at, held.failures = timezone.now(), 0
        _keep_outcomes(held)
        _become(held, ImportStatus.UNDOING)
        record("contacts.import_undone", workspace=held.workspace, by=by, subject=str(held))
        nudge_on_commit(TASK)
    import_.refresh_from_db()


def _wrote(import_: Import) -> bool:
    made = Batch.objects.filter(parent=import_, status=BatchStatus.DONE).exclude(made=[])
    return made.exists() or Change.objects.filter(parent=import_).exists()


def _keep_outcomes(import_: Import) -> None:
    """Keep what an import came to that did not finish: its batches' rows change while they are undone."""
    from imports.progress import figures

    if import_.status == ImportStatus.FINISHED:
        return
    for name, count in figures(import_).outcomes().items():
        setattr(import_, name, count)


def _work_what_was_judged(held: Import) -> None:
    now = timezone.now()
    batches = Batch.objects.filter(parent=held)
    batches.update(
        status=BatchStatus.PENDING, created=0, updated=0, unchanged=0, refused=0, refusals=[], applied_at=None,
        indexed_at=None, leased_until=None, attempts=0, failures=0,
    )  # fmt: skip
    remaining.add(held, batches.values_list("public_id", flat=True))
    held.dry_run, held.finished_at, held.started_at, held.due_at = False, None, now, now
    held.created = held.updated = held.unchanged = held.refused = 0
    held.others = {}
    _become(held, ImportStatus.RUNNING)


def _hold(import_: Import) -> Import:
    return Import.objects.select_for_update(of=("self",)).select_related("workspace").get(pk=import_.pk)


def _become(held: Import, status: str) -> None:
    held.status, held.leased_until = status, None
    held.save()
