"""The end of an import: once, and told once."""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils import timezone

from imports import links, remaining, storing
from imports.events import ImportFailed, ImportFinished
from imports.models import Batch, BatchKind, BatchStatus, Import, ImportStatus
from imports.progress import Figures, figures, others_of, summed
from notifications.events import track

log = logging.getLogger(__name__)

_ACTIVE = (ImportStatus.PLANNING, ImportStatus.RUNNING)
COUNTS = ("created", "updated", "unchanged", "refused")


def end_if_done(import_: Import) -> bool:
    """End a running import that has no batch left, and return whether this call did. It may be called by anybody, any
    number of times: the rows of the batches decide, and one conditional UPDATE."""
    with transaction.atomic():
        waiting = Batch.objects.filter(status=BatchStatus.PENDING).values("parent")
        mine = Import.objects.filter(pk=import_.pk, status=ImportStatus.RUNNING).exclude(pk__in=waiting)
        if not mine.update(status=ImportStatus.FINISHED, finished_at=timezone.now(), leased_until=None):
            return False
        ended = Import.objects.select_related("workspace", "by").get(pk=import_.pk)
        _keep_counts(ended)
        if not ended.dry_run:
            _tell(ended)
    remaining.forget(import_)
    let_go(import_)
    return True


def fail(import_: Import, error: str) -> bool:
    """End an import that cannot go on; what its batches wrote stays. Return whether this call did."""
    with transaction.atomic():
        mine = Import.objects.filter(pk=import_.pk, status__in=_ACTIVE)
        if not mine.update(
            status=ImportStatus.FAILED, finished_at=timezone.now(), leased_until=None, error=error[:500]
        ):
            return False
        failed = Import.objects.select_related("workspace", "by").get(pk=import_.pk)
        found = figures(failed)
        track(
            ImportFailed(import_id=failed.public_id, source=_source(failed), error=error[:300], **_told(failed, found)),
            workspace=failed.workspace,
            actor=failed.by,
            idempotency_key=f"import:{failed.public_id}:failed",
        )
    remaining.forget(import_)
    let_go(import_)
    return True


def let_go(ended: Import) -> None:
    """Delete the files now, if somebody who may be in them was erased meanwhile (erasing.py)."""
    if Import.objects.filter(pk=ended.pk, options__erase=True).exists():
        storing.delete_files(ended)


def _keep_counts(ended: Import) -> None:
    sums = summed([ended.pk]).get(ended.pk, {})
    contacts = sums.get(BatchKind.CONTACTS, {})
    for name in COUNTS:
        setattr(ended, name, contacts.get(name, 0))
    ended.others = others_of(sums)
    counted = sum(getattr(ended, name) for name in COUNTS)
    if counted != ended.total:
        log.error("import %s has %s rows and %s outcomes", ended.public_id, ended.total, counted)
    ended.save(update_fields=[*COUNTS, "others"])


def _tell(ended: Import) -> None:
    track(
        ImportFinished(
            import_id=ended.public_id,
            source=_source(ended),
            **_told(ended, figures(ended)),
        ),
        workspace=ended.workspace,
        actor=ended.by,
        # Held by the conditional UPDATE already; this holds it where a backup was put back.
        idempotency_key=f"import:{ended.public_id}:finished:{ended.started_at}",
    )


def _told(import_: Import, found: Figures) -> dict[str, object]:
    return {
        **found.outcomes(),
        "file": import_.name[:200] or None,
        "import_url": links.page(import_),
        "refused_url": links.refused(import_) if found.refused else None,
    }


def _source(import_: Import) -> str:
    return str(import_.get_source_display())
