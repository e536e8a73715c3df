"""The workspace's own list of addresses, numbers and browsers that many use (SharedHandle)."""

from __future__ import annotations

from django.db import connection

from inbox.contacts.likeness import phones
from inbox.contacts.likeness.facts import Known
from inbox.contacts.likeness.keys import hashed
from inbox.contacts.likeness.mail import Address
from inbox.models.merging import SharedKind

# Numbers are compared in whatever way they were written down; nobody lists more by hand.
MOST_NUMBERS = 500
_LISTED = """
SELECT kind, value FROM inbox_sharedhandle WHERE workspace_id = %s
AND (kind = 'phone' OR (kind = 'email' AND value = ANY (%s::text[])) OR (kind = 'device' AND value = ANY (%s::text[])))
LIMIT %s
"""


def blocked_keys(workspace: int, known: Known) -> list[int]:
    """Return which keys of this person stand for something on the list. One query."""
    ways = {email: _ways(email) for email in known.emails}
    with connection.cursor() as cursor:
        cursor.execute(_LISTED, [workspace, [*set[str]().union(*ways.values())], [*known.devices], MOST_NUMBERS])
        listed = set(cursor.fetchall())
    emails = {value for kind, value in listed if kind == SharedKind.EMAIL}
    found = [hashed("email", email.mailbox) for email in ways if ways[email] & emails]
    found += [hashed("device", device) for device in known.devices if (SharedKind.DEVICE, device) in listed]
    numbers = [number for kind, value in listed if kind == SharedKind.PHONE and (number := phones.read(value))]
    found += [hashed("phone", mine.tail) for mine in known.phones if any(mine.is_line_of(each) for each in numbers)]
    return found


def _ways(email: Address) -> set[str]:
    """Return how an address may be on the list: itself, its mailbox, or what stands before the @ at every domain."""
    return {email.value, email.mailbox, f"{email.value.partition('@')[0]}@", f"{email.local}@"}
