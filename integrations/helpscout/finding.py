"""Which person a customer's addresses belong to.

A proof goes before any claim. Where there is no proof the person who says so is shown, and it is said that nobody
proved it: an address that was typed into a chat is anybody's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from inbox.models import Contact, Identity
from inbox.models.contacts import IdentityKind

# Of those who claim an address so many are looked at: anybody can claim one, as often as they like.
MOST_CLAIMS = 20


@dataclass(frozen=True)
class Match:
    """Whom the addresses found: the root of the person, by which address, and whether that one is proved. `others` are
    other persons whom they found besides, equally well."""

    root: Contact
    email: str
    is_proved: bool
    others: list[Contact] = field(default_factory=list)


def find(workspace: int, emails: Sequence[str]) -> Match | None:
    """Return whose addresses these are in a workspace (its key), the first one's person first. One or two queries."""
    if not emails:
        return None
    known = Identity.objects.filter(workspace=workspace, kind=IdentityKind.EMAIL, value__in=emails)
    known = known.select_related("contact__account", "contact__root__account").order_by()
    proved = _matched(known.filter(verified_at__isnull=False), emails, is_proved=True)
    # Without an order: sorting all who claim it would take as long as there are many.
    return proved or _matched(known.filter(verified_at__isnull=True)[:MOST_CLAIMS], emails, is_proved=False)


def _matched(known: QuerySet[Identity], emails: Sequence[str], *, is_proved: bool) -> Match | None:
    place = {email: at for at, email in enumerate(emails)}
    # A person who was here last goes before another with the same claim; who came first, of those that never were.
    rows = sorted(known, key=lambda row: (place.get(row.value, len(place)), -_seen(row.contact.person), row.pk))
    if not rows:
        return None
    persons: dict[int, Contact] = {}
    for row in rows:
        persons.setdefault(row.contact.person.pk, row.contact.person)
    first, *others = persons.values()
    return Match(first, rows[0].value, is_proved, others)


def _seen(contact: Contact) -> float:
    return contact.last_seen_at.timestamp() if contact.last_seen_at is not None else 0.0
