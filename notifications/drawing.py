"""From a delivery, or the posting that several share, to the message that a transport draws."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from inbox.people.zones import zone_of
from notifications.automations.saying import automated_of
from notifications.conditions import Facts, facts_of
from notifications.grouping import HELD_BACK
from notifications.models import Delivery, Event, Posting, Rule
from notifications.personal.saying import personal_of
from notifications.transports import Message
from notifications.wording import Wording, written


def message_for(delivery: Delivery, posting: Posting | None) -> Message:
    """Return the message of a delivery as it is now, with the count of all that share it. Raises TransportError where
    an automation has nothing to say."""
    told = automated_of(delivery)
    wording = told[1] if told is not None else wording_of(delivery.event, delivery.rule, posting)
    return Message(
        key=delivery.public_id,
        workspace=delivery.workspace,
        address=delivery.address,
        wording=wording,
        silent=bool(delivery.rule and delivery.rule.silent),
        event=delivery.event.public_id,
        kind=delivery.event.kind,
        external=posting.external if posting else {},
        data=data_of(delivery.event),
        personal=personal_of(delivery, posting),
        automated=told[0] if told is not None else None,
    )


def data_of(event: Event) -> dict[str, Any]:
    """Return what a program wants to know of an event beside its words, as JSON values."""
    contact = {"id": str(event.contact), "name": event.contact_name} if event.contact else None
    account = {"external_id": event.account, "name": event.account_name} if event.account else None
    return {
        "topic": event.topic,
        "occurred_at": event.occurred_at.isoformat(),
        "contact": contact,
        "account": account,
        "data": event.data,
    }


def wording_of(event: Event, rule: Rule | None, posting: Posting | None = None) -> Wording:
    """Return the words for an event under a rule, with the count where a posting says that there are several."""
    template = rule.template if rule else ""
    wording = written(event, template, facts_of(event) if template else Facts())
    if posting is None or posting.event_count < 2:
        return wording
    if posting.group_key == HELD_BACK:
        title = f"{posting.event_count} more were held back by {rule.name if rule else 'a route'}"
        return replace(wording, title=title, body="", text="", fields=(), link="", counted="")
    zone = event.workspace.timezone
    open_count = posting.event_count - posting.settled_count
    settled = f", {posting.settled_count} settled" if posting.settled_count else ""
    counted = f"×{posting.event_count}, first {_at(posting.first_at, zone)}, last {_at(posting.last_at, zone)}{settled}"
    return replace(wording, counted=counted, settled="settled" if open_count <= 0 else "")


def _at(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(zone_of(zone)):%H:%M}"
