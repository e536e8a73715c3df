"""Making the contacts of an import findable by likeness, once it has ended: whoever writes to us may be one of them."""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from imports.models import Batch, BatchKind, BatchStatus, Change, Import, ImportStatus
from inbox.contacts.likeness import store_keys
from inbox.models import Contact

log = logging.getLogger(__name__)

AT_ONCE = 500
_ENDED = (ImportStatus.FINISHED, ImportStatus.FAILED, ImportStatus.CANCELLED)


def drain() -> int:
    """Do this for one batch and return 1; 0 when there is none. It may run twice, anywhere."""
    with transaction.atomic():
        ended = Import.objects.filter(status__in=_ENDED)
        batch = (
            Batch.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .filter(status=BatchStatus.DONE, kind=BatchKind.CONTACTS, indexed_at__isnull=True, parent__in=ended)
            .order_by("id")
            .first()
        )
        if batch is None:
            return 0
        changed = Change.objects.filter(batch=batch, contact__isnull=False).values_list("contact_id", flat=True)
        keys = sorted({*batch.made, *changed})
        for start in range(0, len(keys), AT_ONCE):
            _store(keys[start : start + AT_ONCE])
        batch.indexed_at = timezone.now()
        batch.save(update_fields=["indexed_at"])
    return 1


def _store(keys: list[int]) -> None:
    """Store what some contacts can be found by. One of whom that is not possible keeps no other one waiting."""
    try:
        with transaction.atomic():
            store_keys(Contact.objects.filter(pk__in=keys))
    except (OperationalError, InterfaceError):
        raise  # the database was away, or two waited for each other: the batch is still to do
    except Exception:
        if len(keys) == 1:
            log.exception("contact %s cannot be made findable by likeness", keys[0])
            return
        for key in keys:
            _store([key])
