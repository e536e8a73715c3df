"""What earlier syncs have brought already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q, QuerySet

from imports.models import Import, ImportStatus, Source

# Intercom compares days, of its workspace's time zone, and leaves out the day that is named.
MARGIN = timedelta(days=2)
_UNDOING = (ImportStatus.UNDOING, ImportStatus.UNDONE)
_WITH_TAGS = Q(options__tags=True) | Q(options__tags__isnull=True)


@dataclass(frozen=True)
class Since:
    """Until when contacts and conversations were brought, in seconds since 1970; None: they were not."""

    contacts: int | None = None
    conversations: int | None = None


def since_of(import_: Import, app: str) -> Since:
    """Return until when the syncs before this one have brought what changed in that Intercom workspace.

    After an undo everything is brought again, as what it took back is not known.
    """
    if import_.options.get("full"):
        return Since()
    earlier = Import.objects.filter(workspace=import_.workspace_id, source=Source.INTERCOM, pk__lt=import_.pk)
    finished = earlier.filter(status=ImportStatus.FINISHED, dry_run=False, progress__app=app).order_by("-id")
    # One without tags has brought contacts, and not all that is wanted of them.
    whole = finished.filter(_WITH_TAGS) if wants_tags(import_) else finished
    return Since(
        _brought(whole, "newest"), _brought(finished.filter(options__conversations=True), "newest_conversation")
    )


def wants_tags(import_: Import) -> bool:
    """Whether a sync brings the tags of contacts."""
    return bool(import_.options.get("tags", True))


def asked_since(since: int) -> datetime:
    """Return the moment to ask Intercom for, so that it leaves nothing out that changed after `since`."""
    return datetime.fromtimestamp(since, UTC) - MARGIN


def _undone_since(sync: Import) -> bool:
    undone = Import.objects.filter(workspace=sync.workspace_id, source=Source.INTERCOM, status__in=_UNDOING)
    return undone.filter(Q(undone_at__isnull=True) | Q(undone_at__gt=sync.created_at)).exists()


def _brought(syncs: QuerySet[Import], key: str) -> int | None:
    """Return up to when the newest of these syncs saw everything: no later than when it began, as what changed under
    its hands may have been missed. None for no sync, or one after which something was taken back."""
    sync = syncs.first()
    if sync is None or _undone_since(sync):
        return None
    newest, started = int(sync.progress.get(key) or 0), int(sync.progress.get("started") or 0)
    return min(newest, started) or None
