"""What the desk says of a person beside one of their conversations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from inbox.contacts import persons
from inbox.contacts.suggesting.counting import pending_of
from inbox.models import Contact, Conversation, Identity, Merge, Visitor
from inbox.people.models import Teammate

PAST = 5


@dataclass(frozen=True)
class Claim:
    """That a person says to be known by what another has proved: `owner` is that other person's root."""

    value: str
    owner: Contact


def pane_context(conversation: Conversation, teammate: Teammate) -> dict[str, Any]:
    """Return what the contact pane shows: the whole person, whichever of its contacts the conversation belongs to."""
    person = conversation.contact.person
    mine = persons.contact_ids(person)
    past = Conversation.objects.visible_to(teammate).filter(contact__in=mine).exclude(pk=conversation.pk)
    visitor = conversation.visitor or Visitor.objects.filter(contact__in=mine).order_by("-last_seen_at").first()
    identities = identities_of(mine)
    return {
        "conversation": conversation,
        "teammate": teammate,
        "person": person,
        "identities": identities,
        "claims": claims_of(person, mine, identities),
        "merges": merges_of(mine),
        "suggested": pending_of(person) if person.suggestion_count else [],
        "past": list(past.order_by("-last_message_at", "-id")[:PAST]),
        "visitor": visitor,
        "zone": person.timezone or (visitor.timezone if visitor is not None else ""),
    }


def identities_of(contacts: Iterable[int]) -> list[Identity]:
    """Return what these contacts (keys) of one person are known by, each value once, and proved where one proved it."""
    best: dict[tuple[str, str], Identity] = {}
    for identity in Identity.objects.filter(contact__in=list(contacts)).order_by("id"):
        kept = best.setdefault((identity.kind, identity.value), identity)
        if kept.verified_at is None and identity.verified_at is not None:
            best[identity.kind, identity.value] = identity
    return list(best.values())


def claims_of(person: Contact, contacts: list[int], identities: Iterable[Identity]) -> list[Claim]:
    """Return whom the person claims to be, as what they said belongs to others who proved it. One query, or none."""
    said = Q()
    for identity in identities:
        if identity.verified_at is None:
            said |= Q(kind=identity.kind, value=identity.value)
    if not said:
        return []
    proved = Identity.objects.filter(said, workspace_id=person.workspace_id, verified_at__isnull=False)
    rows = proved.exclude(contact__in=contacts).select_related("contact__root").order_by("id")[:5]
    return [Claim(row.value, row.contact.person) for row in rows]


def merges_of(contacts: list[int]) -> list[Merge]:
    """Return the active merges that make these contacts (keys) one person, the newest first."""
    if len(contacts) < 2:
        return []
    active = Merge.objects.filter(loser__in=contacts, undone_at__isnull=True)
    return list(active.select_related("loser", "winner", "by__user").order_by("-id"))
