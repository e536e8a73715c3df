"""Taking an import back: batch by batch, the last kind first. What somebody has touched since stays, and is listed."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.db.models import BigIntegerField, F, Func, QuerySet, Sum
from django.utils import timezone

from imports import removing, restoring
from imports.models import Batch, BatchKind, BatchStatus, Change, Import, ImportStatus
from imports.planned import TASK
from inbox.people.nudge import nudge_on_commit

log = logging.getLogger(__name__)

# After how long what could not be undone is tried again.
AGAIN = timedelta(minutes=1)
# So often in a row; then what cannot be undone stays.
MOST_FAILURES = 10
SOON = timedelta(seconds=5)


@dataclass(frozen=True)
class Undo:
    """What an undo takes back at most, or what is left of it: contacts and accounts that were made, and changed."""

    contacts_made: int
    contacts_changed: int
    accounts_made: int
    accounts_changed: int


def preview(import_: Import) -> Undo:
    """Return what undoing an import would take back, if nobody has touched any of it. After the undo: what it left."""
    batches = Batch.objects.filter(parent=import_)
    changes = Change.objects.filter(parent=import_)
    if import_.status == ImportStatus.UNDONE:
        changes = changes.exclude(kept=[])
    return Undo(
        _made(batches.filter(kind=BatchKind.CONTACTS)),
        changes.filter(contact__isnull=False).count(),
        _made(batches.filter(kind=BatchKind.ACCOUNTS)),
        changes.filter(account__isnull=False).count(),
    )


def drain() -> int:
    """Undo one batch and return 1; 0 when there is none. It may run twice, anywhere."""
    now = timezone.now()
    import_ = Import.objects.filter(status=ImportStatus.UNDOING, due_at__lte=now).order_by("due_at").first()
    if import_ is None:
        return 0
    try:
        return _undo_one(import_)
    except (OperationalError, InterfaceError):
        # The database was away, or two waited for each other: it is still due, behind the others.
        with suppress(DatabaseError):
            _later(import_, SOON)
        raise
    except Exception:
        # Nobody else's import waits for one that cannot be undone.
        log.exception("a batch of import %s could not be undone", import_.public_id)
        _later(import_, AGAIN, failed=True)
        if import_.failures + 1 >= MOST_FAILURES:
            _leave_batch(import_)
        return 1


def _leave_batch(import_: Import) -> None:
    """Leave what cannot be undone as it is, have it listed as such, and go on with the rest."""
    with transaction.atomic():
        batch = _next(import_)
        if batch is not None:
            Change.objects.filter(batch=batch).update(kept=["could not be put back"])
            Batch.objects.filter(pk=batch.pk).update(status=BatchStatus.UNDONE)
            Import.objects.filter(pk=import_.pk).update(failures=0, due_at=timezone.now())


def _later(import_: Import, wait: timedelta, *, failed: bool = False) -> None:
    mine = Import.objects.filter(pk=import_.pk, status=ImportStatus.UNDOING)
    mine.update(due_at=timezone.now() + wait, failures=F("failures") + int(failed))


def _undo_one(import_: Import) -> int:
    with transaction.atomic():
        # Waits for batches that were being written when the import was stopped: none begins any more.
        waiting = Batch.objects.filter(parent=import_, status=BatchStatus.PENDING, leased_until__isnull=False)
        list(waiting.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
        batch = _next(import_)
        if batch is not None:
            _undo(batch)
            if import_.failures:
                Import.objects.filter(pk=import_.pk).update(failures=0)
            return 1
        ended = Import.objects.filter(pk=import_.pk, status=ImportStatus.UNDOING)
        return ended.update(status=ImportStatus.UNDONE, undone_at=timezone.now())


def _next(import_: Import) -> Batch | None:
    done = Batch.objects.select_for_update(of=("self",)).select_related("parent__workspace")
    return done.filter(parent=import_, status=BatchStatus.DONE).order_by("-kind", "-number").first()


def _undo(batch: Batch) -> None:
    if batch.kind == BatchKind.CONVERSATIONS:
        from imports.intercom.conversations import undo

        batch.made = undo(batch)
    elif batch.kind == BatchKind.CONTACTS:
        restoring.restore_contacts(batch)
        batch.made = removing.remove_contacts(batch)
    else:
        restoring.restore_accounts(batch)
        batch.made = removing.remove_accounts(batch)
    batch.status = BatchStatus.UNDONE
    batch.save(update_fields=["made", "status"])
    nudge_on_commit(TASK)


def _made(batches: QuerySet[Batch]) -> int:
    """Return how many were made, counted by the database: a file of millions has millions of keys."""
    lengths = Func("made", function="cardinality", output_field=BigIntegerField())
    return int(batches.aggregate(sum=Sum(lengths))["sum"] or 0)
