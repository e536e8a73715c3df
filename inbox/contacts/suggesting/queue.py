"""For whom it is to be looked who they may be.

A change of what a contact is known by leaves a row (LikenessCheck) in its transaction and nudges the worker; the row
goes away once what was found is written down. So nothing is forgotten when a process dies, and a thousand changes of
one contact are one search.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from inbox.models import Contact, LikenessCheck
from inbox.people.nudge import nudge_on_commit

TASK = "inbox.tasks.suggest_merges"
RECENT = timedelta(days=2)


def look_for(contact: Contact) -> None:
    """Have it looked for whom this contact may be, once the current transaction has committed. One INSERT."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO inbox_likenesscheck (contact_id, workspace_id, since) VALUES (%s, %s, %s) "
            "ON CONFLICT (contact_id) DO UPDATE SET since = excluded.since",
            [contact.pk, contact.workspace_id, timezone.now()],
        )
    nudge_on_commit(TASK)


def look_for_recent(limit: int = 10_000) -> int:
    """Have it looked again for contacts that changed of late, whatever changed about others since; return how many."""
    recent = Contact.objects.filter(updated_at__gte=timezone.now() - RECENT).order_by("-updated_at")[:limit]
    rows = [LikenessCheck(contact_id=pk, workspace_id=home) for pk, home in recent.values_list("pk", "workspace_id")]
    LikenessCheck.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return len(rows)
