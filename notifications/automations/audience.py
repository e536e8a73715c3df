"""For whom a message of an automation is."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from inbox.people.models import Teammate
from inbox.people.models.workspaces import Role
from inbox.people.permissions import ROLES
from notifications.automations import contacts
from notifications.automations.contacts import ContactFacts
from notifications.models import Audience, Automation, Event

CONTACT, TEAMMATE = "contact", "teammate"


@dataclass(frozen=True)
class Recipient:
    """One person: a teammate or a contact. `keys` name them in AutomatedDelivery.recipient, the first one now and the
    others where they were known by it (a person may be several contacts)."""

    keys: tuple[str, ...]
    address: str
    zone: str
    name: str
    why: str = ""
    teammate: Teammate | None = None
    contact: ContactFacts | None = None

    @property
    def key(self) -> str:
        """What names them now: "contact:0192…"."""
        return self.keys[0]


def of_teammate(mate: Teammate, why: str = "") -> Recipient:
    """Return a teammate as a recipient; their user must be loaded."""
    return Recipient(
        (f"{TEAMMATE}:{mate.public_id}",), f"@{mate.handle}", mate.user.timezone, mate.name, why, teammate=mate
    )


def of_contact(contact: ContactFacts, why: str = "") -> Recipient:
    """Return a contact as a recipient."""
    mine = f"{CONTACT}:{contact.id}"
    others = tuple(f"{CONTACT}:{pk}" for pk in contact.person if pk != contact.id)
    return Recipient((mine, *others), mine, contact.timezone, contact.name, why, contact=contact)


def recipients(taken: Sequence[tuple[Event, Automation]]) -> list[list[Recipient]]:
    """Return for whom each of these automations has something to tell of its event. A number of queries that does not
    grow with events."""
    known = _contacts(event for event, automation in taken if automation.audience == Audience.CONTACT)
    actors = {event.actor_id for event, automation in taken if automation.audience == Audience.ACTOR}
    mates = _active().in_bulk([pk for pk in actors if pk is not None])
    without = {
        event.workspace_id
        for event, automation in taken
        if automation.audience == Audience.ACTOR and event.actor_id not in mates
    }
    owners = _owners(without)
    groups = {automation.pk: automation for _, automation in taken if automation.audience == Audience.TEAMMATES}
    grouped = {pk: _teammates(automation) for pk, automation in groups.items()}
    return [_of_one(event, automation, known, mates, owners, grouped) for event, automation in taken]


def _of_one(
    event: Event,
    automation: Automation,
    known: Mapping[uuid.UUID, ContactFacts],
    mates: Mapping[int, Teammate],
    owners: Mapping[int, list[Teammate]],
    grouped: Mapping[int, list[Recipient]],
) -> list[Recipient]:
    if automation.audience == Audience.TEAMMATES:
        return grouped[automation.pk]
    if automation.audience == Audience.CONTACT:
        facts = known.get(event.contact) if event.contact is not None else None
        return [of_contact(facts, "it is about them")] if facts is not None else []
    mate = mates.get(event.actor_id or 0)
    if mate is not None and mate.workspace_id == event.workspace_id:
        return [of_teammate(mate, "they caused it")]
    return [of_teammate(owner, "nobody of the team caused it, and they own the workspace")
            for owner in owners.get(event.workspace_id, ())]  # fmt: skip


def _contacts(events: Iterable[Event]) -> dict[uuid.UUID, ContactFacts]:
    asked = {event.contact: event.workspace_id for event in events if event.contact is not None}
    found = contacts.facts_of(asked.keys())
    return {pk: facts for pk, facts in found.items() if facts.workspace == asked.get(pk)}


def _owners(workspaces: Collection[int]) -> dict[int, list[Teammate]]:
    found: dict[int, list[Teammate]] = defaultdict(list)
    rows = _active().filter(workspace__in=workspaces, role=Role.OWNER).order_by("pk") if workspaces else ()
    for mate in rows:
        found[mate.workspace_id].append(mate)
    return found


def _teammates(automation: Automation) -> list[Recipient]:
    """Return whoever of the team an automation writes to. One query."""
    roles = set(automation.roles) | {
        role for role, may in ROLES.items() if any(one.name.lower() in automation.permissions for one in may)
    }
    wanted = Q(role__in=roles)
    if automation.skills:
        wanted |= Q(skills__overlap=automation.skills)
    if automation.teams:
        wanted |= Q(memberships__team__handle__in=automation.teams, memberships__workspace=automation.workspace_id)
    found = _active().filter(wanted, workspace=automation.workspace_id).distinct().order_by("pk")
    return [of_teammate(mate, "they are among those whom it is for") for mate in found]


def _active() -> QuerySet[Teammate]:
    return Teammate.objects.active().select_related("user")
