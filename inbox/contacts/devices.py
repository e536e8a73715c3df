"""The browsers that contacts were seen with. A browser keeps its name here when its visitor's token changes."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from inbox.contacts.suggesting.queue import look_for
from inbox.models import Contact, Visitor


def seen(contact: Contact, visitor: Visitor) -> None:
    """Write down that a contact uses the visitor's browser; the first time, it is looked for who else used it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO inbox_contactdevice (workspace_id, contact_id, device, created_at) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (contact_id, device) DO NOTHING",
            [contact.workspace_id, contact.pk, visitor.device_id, timezone.now()],
        )
        fresh = cursor.rowcount > 0
    if fresh:
        look_for(contact)
