"""Files that hold a person: lists that were taken along, and all of the person themselves.

A file goes after the commit, and is found again by its row if the process dies before: the row says from the commit on
that its time is over, and whoever clears such away (inbox/contacts/exporting.py) deletes the file first.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from inbox.contacts import exporting
from inbox.contacts.erasing.person import Person
from inbox.models import Export
from inbox.models.profiles import ExportKind, ExportStatus
from inbox.people.nudge import nudge_on_commit

log = logging.getLogger(__name__)

_LISTS = (ExportKind.CONTACTS, ExportKind.ACCOUNTS)
WHY = "Somebody who was in it has been erased. Ask for it again."


def erase(person: Person) -> int:
    """End the exports that may hold a person, and return how many. A worker that makes one just now loses it.

    A list that nobody has begun yet will be without them, and stays."""
    own = Q(contact__in=person.contacts)
    held = Export.objects.filter(own | Q(kind__in=_LISTS) & ~Q(status=ExportStatus.PENDING), workspace=person.workspace)
    over = timezone.now() - exporting.KEPT_FOR - timedelta(seconds=1)
    ended = held.update(
        status=ExportStatus.FAILED, error=WHY, leased_until=None, contact=None, query="", finished_at=over
    )
    if ended:
        nudge_on_commit(exporting.TASK)
        transaction.on_commit(_now, robust=True)
    return ended


def _now() -> None:
    """Delete what is over, here and at once."""
    while exporting.forget_old():
        pass
