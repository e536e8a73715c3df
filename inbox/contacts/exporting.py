"""Files that are made in the background for one teammate: a list as CSV, all of one person as ZIP.

Each is a row (Export) that a worker claims: the claim is committed before the work, and a worker that was killed leaves
a lease that ends, so that another begins anew. What makes a file of a kind is registered with `add_maker`.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import IO

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from inbox.contacts.filters import AskedWrongly, asked_of
from inbox.models import Contact, Export
from inbox.models.profiles import ExportKind, ExportStatus, ProfileKind
from inbox.people.audit import Actor, record
from inbox.people.ids import new_public_id
from inbox.people.models import Teammate
from inbox.people.nudge import nudge_on_commit
from inbox.people.permissions import Permission, require

log = logging.getLogger(__name__)

TASK = "inbox.tasks.make_exports"
# A worker that says nothing for so long is taken to be dead.
LEASE = timedelta(seconds=120)
KEPT_FOR = timedelta(days=7)
# How many one teammate may wait for at once.
MOST_WAITING = 5
# One that is still not made by then ends its workers each time: it is given up.
GIVEN_UP_AFTER = timedelta(days=1)
FAILED = "It could not be made. Try again; if it fails again, tell whoever runs Frontdesk."
_ACTIVE = (ExportStatus.PENDING, ExportStatus.RUNNING)

# Writes an export's file and returns how many rows it has. It calls `keep` every few seconds.
Maker = Callable[[Export, IO[bytes]], int]
_MAKERS: dict[str, Maker] = {}


class ExportRefused(ValueError):
    """A file cannot be asked for just now. The message says what to do."""


class LeaseLost(Exception):
    """Another worker has taken this over, or nobody waits for it any more: leave it."""


class CannotBeMade(Exception):
    """A file cannot be made, and trying again does not help. The message is shown to who asked for it."""


def add_maker(kind: ExportKind, maker: Maker) -> None:
    """Have `maker` write the files of a kind."""
    _MAKERS[kind] = maker


def request_list(teammate: Teammate, of: ProfileKind, query: str, by: Actor) -> Export:
    """Ask for a list as CSV. Raises Forbidden, AskedWrongly for a query that cannot be applied, ExportRefused."""
    require(teammate, Permission.EXPORT)
    asked = asked_of(teammate.workspace, of, query)
    asked.check()
    kind = ExportKind.CONTACTS if of == ProfileKind.CONTACT else ExportKind.ACCOUNTS
    with transaction.atomic():
        export = request(teammate, kind, query=asked.query())
        # Not the query itself: it may hold a customer's name.
        subject = f"some {kind}" if asked.narrows else f"all {kind}"
        record(f"{kind}.exported", workspace=teammate.workspace, by=by, subject=subject)
    return export


def request(teammate: Teammate, kind: ExportKind, *, query: str = "", contact: Contact | None = None) -> Export:
    """Ask for a file. Who may is for the caller to ask. Raises ExportRefused where too many wait already."""
    with transaction.atomic():
        Teammate.objects.select_for_update(no_key=True).get(pk=teammate.pk)  # two clicks at once wait for each other
        if Export.objects.filter(by=teammate, status__in=_ACTIVE).count() >= MOST_WAITING:
            raise ExportRefused(f"{MOST_WAITING} files are being made for you. Wait until one of them is ready.")
        export = Export.objects.create(
            workspace=teammate.workspace, by=teammate, kind=kind, query=query, contact=contact
        )
        nudge_on_commit(TASK)
    return export


def exports_of(teammate: Teammate) -> QuerySet[Export]:
    """Return the files that somebody asked for and that are not gone by now, newest first."""
    alive = Q(finished_at__isnull=True) | Q(finished_at__gt=timezone.now() - KEPT_FOR)
    return Export.objects.filter(alive, workspace=teammate.workspace_id, by=teammate).order_by("-id")


def expires_at(export: Export) -> datetime | None:
    """Return when an export's file goes away; None while there is none."""
    return export.finished_at + KEPT_FOR if export.finished_at is not None else None


def drain() -> int:
    """Make one file that is asked for, and return 1; 0 when there is none. It may run twice, anywhere."""
    export = _claim()
    if export is None:
        return 0
    try:
        _make(export)
    except LeaseLost:
        log.info("export %s was taken over", export.public_id)
    except (CannotBeMade, AskedWrongly) as refused:
        _end(export, ExportStatus.FAILED, error=str(refused)[:300])
    except (OperationalError, InterfaceError):
        raise  # the database was away: whoever finds the lease ended begins anew
    except Exception:
        log.exception("export %s failed", export.public_id)
        _end(export, ExportStatus.FAILED, error=FAILED)
    return 1


def keep(export: Export, rows: int) -> None:
    """Say that the work goes on, and how far it is. Raises LeaseLost: then stop, and leave everything as it is."""
    until = timezone.now() + LEASE
    held = Export.objects.filter(pk=export.pk, status=ExportStatus.RUNNING, leased_until=export.leased_until)
    if not held.update(leased_until=until, rows=rows):
        raise LeaseLost
    export.leased_until = until


def forget_old(limit: int = 100) -> int:
    """Delete up to `limit` exports whose time is over, their files first; return how many."""
    old = Export.objects.filter(finished_at__lte=timezone.now() - KEPT_FOR).order_by("id")[:limit]
    for export in old:
        _delete_files(export)
        export.delete()
    return len(old)


def _claim() -> Export | None:
    """Take one that nobody works on. Committed before the work begins."""
    now = timezone.now()
    with transaction.atomic():
        free = Q(status=ExportStatus.PENDING) | Q(status=ExportStatus.RUNNING, leased_until__lt=now)
        export = (
            Export.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("workspace", "by__user", "contact")
            .filter(free, kind__in=list(_MAKERS))
            .order_by("id")
            .first()
        )
        if export is None:
            return None
        if export.created_at < now - GIVEN_UP_AFTER:
            Export.objects.filter(pk=export.pk).update(
                status=ExportStatus.FAILED, error=FAILED, finished_at=now, leased_until=None
            )
            return None
        export.status, export.leased_until, export.rows = ExportStatus.RUNNING, now + LEASE, 0
        export.save(update_fields=["status", "leased_until", "rows"])
    return export


def _make(export: Export) -> None:
    with tempfile.TemporaryFile() as file:
        rows = _MAKERS[export.kind](export, file)
        keep(export, rows)
        file.seek(0)
        # A name of this attempt's own: one that was given up meanwhile writes beside it, and never over it.
        stored = default_storage.save(f"{_folder(export)}/{new_public_id().hex}", File(file))
    if not _end(export, ExportStatus.FINISHED, rows=rows, file=stored):
        default_storage.delete(stored)
        raise LeaseLost
    _delete_files(export, but=stored)


def _end(export: Export, status: ExportStatus, **fields: object) -> bool:
    """Write the outcome, if it is still ours to say."""
    held = Export.objects.filter(pk=export.pk, status=ExportStatus.RUNNING, leased_until=export.leased_until)
    return bool(held.update(status=status, finished_at=timezone.now(), leased_until=None, **fields))


def _folder(export: Export) -> str:
    return f"exports/{export.public_id}"


def _delete_files(export: Export, but: str = "") -> None:
    """Delete what attempts at an export left behind, except the file `but`."""
    try:
        _, names = default_storage.listdir(_folder(export))
    except FileNotFoundError:
        return
    for name in names:
        if (path := f"{_folder(export)}/{name}") != but:
            default_storage.delete(path)
    if not but:
        default_storage.delete(_folder(export))  # an empty folder, where the storage has folders
