"""What imports hold of a person who is erased, and files whose time is over.

A file goes after the commit, and is found again by its row if the process dies before: the row says from the commit on
that it is to go (`Import.options["erase"]`), and `forget_old` deletes such files first. The file of an import that
still runs goes when it ends.
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, connection
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from imports import storing
from imports.models import Batch, Import, ImportStatus, RememberedMapping
from inbox.contacts.erasing.person import Person
from inbox.people.nudge import nudge_on_commit
from notifications.erasing import pattern

log = logging.getLogger(__name__)

# After the end of an import.
KEPT_FOR = timedelta(days=30)
# Of an upload that nobody goes on with.
UPLOAD_KEPT_FOR = timedelta(days=1)
# Of a file whose columns nobody chooses.
READY_KEPT_FOR = timedelta(days=30)
ENDED = (ImportStatus.FINISHED, ImportStatus.FAILED, ImportStatus.CANCELLED, ImportStatus.UNDOING, ImportStatus.UNDONE)
# What deletes them: a file of gigabytes has hundreds of parts, and nobody waits for that.
TASK = "imports.tasks.forget_marked_files"
AT_ONCE = 10
ABANDONED = "Nobody went on with it, and its file is not kept any more. Upload it again."

_LINKS = "DELETE FROM imports_sourcelink WHERE {} = ANY(%(keys)s)"
_CHANGES = "DELETE FROM imports_change WHERE {} = ANY(%(keys)s)"
# What an import changed on accounts, and on those with whom they were merged once: fields that name them are not put
# back by an undo.
_IMAGES = """
UPDATE imports_change AS c SET before = c.before - found.names, after = c.after - found.names
FROM (
    SELECT i.id, array_agg(DISTINCT field.key) AS names
    FROM imports_change AS i, LATERAL (
        SELECT key, value FROM jsonb_each(i.before) UNION ALL SELECT key, value FROM jsonb_each(i.after)) AS field
    WHERE i.workspace_id = %(workspace)s AND (i.account_id IS NOT NULL OR i.contact_id = ANY(%(others)s))
        AND field.value::text ~* %(words)s
    GROUP BY i.id
) AS found
WHERE c.id = found.id
"""
_MARK = """
UPDATE imports_import SET options = options || '{"erase": true}'
WHERE workspace_id = %(workspace)s AND file_gone_at IS NULL
"""
_NAMING = {
    Import: ("name", "error", "columns", "mapping", "options"),
    Batch: ("refusals", "verdicts", "error"),
    RememberedMapping: ("mapping",),
}


def erase(person: Person) -> None:
    """Take a person out of what imports hold, in the transaction that erases them, and have the files go in which they
    may be."""
    own = [account.pk for account in person.accounts]
    named = [*person.words, *person.full_names]
    words = pattern(named)
    # In the name of a file or a field they stand between other letters; a word too many that goes does no harm.
    anyhow = pattern(named, anywhere=True)
    with connection.cursor() as cursor:
        for column, keys in (
            ("contact_id", person.contacts), ("account_id", own), ("conversation_id", person.conversations)
        ):  # fmt: skip
            cursor.execute(_LINKS.format(column), {"keys": keys})
        for column, keys in (("contact_id", person.contacts), ("account_id", own)):
            cursor.execute(_CHANGES.format(column), {"keys": keys})
        cursor.execute(_IMAGES, {"workspace": person.workspace.pk, "others": person.others, "words": words})
        cursor.execute(_MARK, {"workspace": person.workspace.pk})
        marked = cursor.rowcount
    for model, columns in _NAMING.items():
        _blank(model, columns, person.workspace.pk, anyhow)
    if marked:
        nudge_on_commit(TASK)


def forget_old(without: set[int] | None = None) -> int:
    """Delete files whose time is over or which are to go, of some imports, and return of how many. It may run twice,
    anywhere; call it until there is none.

    Imports whose files cannot be deleted are put into `without`, so that they keep no others waiting.
    """
    without = set() if without is None else without
    found = list(_over(timezone.now(), without)[:AT_ONCE])
    for import_ in found:
        try:
            if import_.status in ENDED or _give_up(import_):
                storing.delete_files(import_)
            else:
                without.add(import_.pk)  # somebody went on with it at this moment
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("the files of import %s cannot be deleted", import_.public_id)
            without.add(import_.pk)
    return len(found)


def forget_orphans() -> int:
    """Delete folders of files that have no import, as where a process died before its row was committed. Return how
    many."""
    try:
        names = default_storage.listdir("imports")[0]
    except FileNotFoundError:
        return 0
    old = {name: key for name in names if (key := _key(name)) is not None and _made_at(key) < _yesterday()}
    known = set(Import.objects.filter(public_id__in=old.values()).values_list("public_id", flat=True))
    gone = [name for name, key in old.items() if key not in known]
    for name in gone:
        storing.delete_folder(f"imports/{name}")
    return len(gone)


def _over(now: datetime, without: Iterable[int] = ()) -> QuerySet[Import]:
    ended = Q(status__in=ENDED)
    marked = Q(options__erase=True)
    uploads = Q(status=ImportStatus.UPLOADING, created_at__lt=now - UPLOAD_KEPT_FOR)
    unused = Q(status=ImportStatus.READY, created_at__lt=now - READY_KEPT_FOR)
    never = Q(status=ImportStatus.CANCELLED, started_at__isnull=True)
    over = ended & (Q(finished_at__lt=now - KEPT_FOR) | marked | never) | uploads | unused
    waits = Q(status=ImportStatus.READY, created_at__lt=now - UPLOAD_KEPT_FOR) & marked
    found = Import.objects.filter(over | waits, file_gone_at__isnull=True)
    return found.exclude(pk__in=without).order_by("created_at")


def _give_up(import_: Import) -> bool:
    """End an import that was never begun. Return whether this call did."""
    mine = Import.objects.filter(pk=import_.pk, status=import_.status)
    return bool(mine.update(status=ImportStatus.CANCELLED, error=ABANDONED, finished_at=timezone.now()))


def _blank(model: type[Model], columns: Sequence[str], workspace: int, words: str) -> None:
    """Take a person's words out of texts and plain data of a workspace's rows."""
    named = Q()
    for column in columns:
        named |= Q(**{f"{column}__iregex": words})
    find = re.compile(words, re.IGNORECASE)
    rows = model._default_manager.select_for_update(no_key=True).filter(named, workspace=workspace)
    for row in rows.order_by("pk"):
        blanked = {column: _plain(getattr(row, column), find) for column in columns}
        model._default_manager.filter(pk=row.pk).update(**blanked)


def _plain(value: Any, find: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return find.sub("erased", value)
    if isinstance(value, list):
        return [_plain(item, find) for item in value]
    if isinstance(value, dict):
        return {_plain(key, find): _plain(item, find) for key, item in value.items()}
    return value


def _key(name: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(hex=name)
    except ValueError:
        return None


def _made_at(key: uuid.UUID) -> datetime:
    """Return when an id of ours (a UUID of version 7) was made."""
    return datetime.fromtimestamp((key.int >> 80) / 1000, UTC)


def _yesterday() -> datetime:
    return timezone.now() - timedelta(days=1)
