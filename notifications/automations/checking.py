"""What is asked when a delivery of an automation is about to go out: is its recipient still there, may they be written
to, and is it not the middle of their night? Much may have changed since it was routed."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from inbox.people.models import Teammate
from notifications.automations import contacts, telling
from notifications.automations.audience import CONTACT, TEAMMATE, Recipient, of_contact, of_teammate
from notifications.automations.contacts import ContactFacts
from notifications.models import AutomatedDelivery, Automation, Delivery, MailTracking, Unsubscription
from notifications.words import Cause

EMAIL = "email"


@dataclass(frozen=True)
class Plan:
    """What a delivery of an automation is to be made of: to whom (None: they are not there any more), `about` which
    contact, and whether the workspace counts who looks at it."""

    automation: Automation
    recipient: Recipient | None
    about: ContactFacts | None = None
    is_counted: bool = False


def plan(rows: Sequence[Delivery]) -> None:
    """Give those of these deliveries that are automations' their plans (`Delivery.plan`). A constant number of
    queries."""
    mine = [row for row in rows if row.rule is not None and telling.is_automated(row.rule_key)]
    if not mine:
        return
    known = _automations({row.rule_id for row in mine if row.rule_id})
    whom = AutomatedDelivery.objects.filter(delivery__in=[row.pk for row in mine]).values_list("delivery", "recipient")
    recipients = dict(whom)
    people = {key for key in recipients.values() if key}
    mates = _teammates({pk for key in people if (pk := _id(key, TEAMMATE)) is not None})
    asked = {pk for key in people if (pk := _id(key, CONTACT)) is not None}
    found = contacts.facts_of(asked | {row.event.contact for row in mine if row.event.contact is not None})
    counted = set(MailTracking.objects.filter(enabled=True).filter(workspace__in={row.workspace_id for row in mine})
                  .values_list("workspace", flat=True))  # fmt: skip
    for row in mine:
        automation = known.get(row.rule_id or 0)
        if automation is None:
            continue
        automation.rule = row.rule  # type: ignore[assignment]  # it is there: `mine`
        about = found.get(row.event.contact) if row.event.contact is not None else None
        recipient = _recipient(row, recipients.get(row.pk, ""), mates, found)
        row.plan = Plan(automation, recipient, about, row.workspace_id in counted)


def refusals(rows: Sequence[Delivery]) -> dict[int, Cause]:
    """Return by key why some of these deliveries, which have their plans, are not to be sent. One query."""
    plans = {row.pk: row.plan for row in rows if isinstance(row.plan, Plan)}
    if not plans:
        return {}
    gone = _unsubscribed(rows)
    found = {}
    for row in rows:
        one = plans.get(row.pk)
        if one is not None and (cause := _cause(row, one, gone)) is not None:
            found[row.pk] = cause
    return found


def waits(rows: Sequence[Delivery], now: datetime) -> dict[int, datetime]:
    """Return by key until when some of these deliveries wait, as it is quiet where they go to. The workspaces of their
    automations' rules must be loaded."""
    found = {}
    for row in rows:
        one = row.plan
        if isinstance(one, Plan) and one.automation.quiet and one.recipient is not None and not row.by_hand:
            at = telling.due_at(one.automation, one.recipient.zone, one.automation.workspace.timezone, now)
            if at > now:
                found[row.pk] = at
    return found


def note_versions(rows: Sequence[Delivery]) -> None:
    """Write down in which versions these deliveries, which have been claimed, go out."""
    by: dict[int, list[int]] = {}
    for row in rows:
        if isinstance(row.plan, Plan):
            by.setdefault(row.plan.automation.version, []).append(row.pk)
    for version, pks in by.items():
        AutomatedDelivery.objects.filter(delivery__in=pks).update(version=version)


def address_of(recipient: Recipient) -> str:
    """Return a recipient's email address as it is now, "" where they have none that mail may go to."""
    if recipient.teammate is not None:
        return recipient.teammate.email
    return recipient.contact.email if recipient.contact is not None else ""


def _cause(row: Delivery, one: Plan, gone: Collection[tuple[int, str]]) -> Cause | None:
    if one.recipient is None:
        return Cause.NOBODY
    if row.transport != EMAIL:
        return None
    address = address_of(one.recipient)
    if not address:
        contact = one.recipient.contact
        return Cause.UNVERIFIED if contact is not None and contact.is_claimed else Cause.NOBODY
    if not one.automation.is_transactional and (row.workspace_id, address.lower()) in gone:
        return Cause.UNSUBSCRIBED
    return None


def _unsubscribed(rows: Sequence[Delivery]) -> set[tuple[int, str]]:
    people = [row.plan.recipient for row in rows if isinstance(row.plan, Plan) and row.transport == EMAIL]
    addresses = {address_of(one).lower() for one in people if one is not None} - {""}
    if not addresses:
        return set()
    found = Unsubscription.objects.filter(workspace__in={row.workspace_id for row in rows}, address__in=addresses)
    return set(found.values_list("workspace", "address"))


def _recipient(
    row: Delivery, key: str, mates: Mapping[uuid.UUID, Teammate], found: Mapping[uuid.UUID, ContactFacts]
) -> Recipient | None:
    mate, contact = mates.get(_id(key, TEAMMATE) or uuid.UUID(int=0)), found.get(_id(key, CONTACT) or uuid.UUID(int=0))
    if mate is not None and mate.workspace_id == row.workspace_id:
        return of_teammate(mate)
    if contact is not None and contact.workspace == row.workspace_id:
        return of_contact(contact)
    return None


def _automations(rules: Collection[int]) -> dict[int, Automation]:
    # Without the workspace's secrets, which would be decrypted.
    hidden = ("workspace__identity_secret", "workspace__previous_identity_secret")
    rows = Automation.objects.filter(rule__in=rules).select_related("workspace", "sender__user").defer(*hidden)
    return {row.rule_id: row for row in rows}


def _teammates(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Teammate]:
    rows = Teammate.objects.active().filter(public_id__in=ids).select_related("user") if ids else ()
    return {mate.public_id: mate for mate in rows}


def _id(key: str, kind: str) -> uuid.UUID | None:
    """Return the public id in a recipient's key, None where it is of another kind."""
    name, _, value = key.partition(":")
    return uuid.UUID(value) if name == kind else None
