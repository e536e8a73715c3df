"""Messages, and what became of them, as the pages say it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from inbox.desk.activity.medium import icon, label
from inbox.desk.activity.told import Told, matches
from inbox.people.models import Teammate
from notifications.automations import contacts
from notifications.automations.audience import CONTACT, TEAMMATE
from notifications.automations.figures import Figures
from notifications.models import Audience, Automation, Delivery


@dataclass(frozen=True)
class Line:
    """One message of the list."""

    automation: Automation
    when: str
    to: str
    icon: str
    channel: str
    figures: Figures

    @classmethod
    def of(cls, automation: Automation, figures: Figures) -> Line:
        rule = automation.rule
        return cls(
            automation, matches(rule), audience(automation), icon(rule.transport), label(rule.transport), figures
        )


def audience(automation: Automation) -> str:
    """Return in words whom a message is for."""
    if automation.audience == Audience.CONTACT:
        return "to the contact"
    if automation.audience == Audience.ACTOR:
        return "to whoever caused it"
    parts = [
        *(f"{role}s" for role in automation.roles),
        *(f"who knows {skill}" for skill in automation.skills),
        *(f"@{team}" for team in automation.teams),
        *(f"who may {permission.replace('_', ' ')}" for permission in automation.permissions),
    ]
    return f"to {', '.join(parts)}"


@dataclass(frozen=True)
class Sent:
    """One delivery of a message: to whom, and what became of it. `url` leads to a contact's page, "" where there is
    none."""

    row: Delivery
    told: Told
    name: str
    url: str


def sent(rows: Sequence[Delivery]) -> list[Sent]:
    """Return automated deliveries with the names of whom they are for. A constant number of queries."""
    people = {row.automated.recipient for row in rows}
    mates = _names_of_teammates(_ids(people, TEAMMATE))
    known = contacts.facts_of(_ids(people, CONTACT))
    return [_sent(row, mates, known) for row in rows]


def _sent(row: Delivery, mates: dict[uuid.UUID, str], known: Any) -> Sent:
    told = Told.of(row)
    kind, _, value = row.automated.recipient.partition(":")
    if not value:
        return Sent(row, told, "Somebody who was erased", "")
    pk = uuid.UUID(value)
    if kind == TEAMMATE:
        return Sent(row, told, mates.get(pk, "Somebody who has left"), "")
    facts = known.get(pk)
    if facts is None:
        return Sent(row, told, "Somebody who is not here any more", "")
    return Sent(row, told, facts.name or facts.email or "Visitor", f"/contacts/{facts.person[0]}/")


def _names_of_teammates(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    mates = Teammate.objects.filter(public_id__in=ids).select_related("user") if ids else ()
    return {mate.public_id: mate.name for mate in mates}


def _ids(keys: Collection[str], kind: str) -> set[uuid.UUID]:
    return {uuid.UUID(value) for key in keys for name, _, value in [key.partition(":")] if name == kind}
