"""Events that come from outside: from a customer's servers over the API, and from their pages by the widget."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from pydantic_core import InitErrorDetails, ValidationError

from inbox.contacts import journey
from inbox.contacts.accounts import upsert_account
from inbox.contacts.upsert import known_contact, upsert_contact, upsert_contact_by_email
from inbox.events import ContactOnboarded, ContactSignedUp, who_of, who_of_account
from inbox.models import Account, Contact
from inbox.people.models import Workspace
from notifications.events import track
from notifications.keys import used_for
from notifications.kind import Kind, Who
from notifications.kinds.custom import NAME, PREFIX, Custom
from notifications.registry import UnknownKind, kind_of
from notifications.words import Severity

# An event of tomorrow is a clock that runs ahead; one of next week is a mistake.
AHEAD = timedelta(days=1)


def event_named(name: str, data: dict[str, Any]) -> Kind:
    """Return the event of a kind that servers may track. Raises UnknownKind, and pydantic's ValidationError for data
    that are not the kind's."""
    if name.startswith(PREFIX):
        if not NAME.fullmatch(name):
            raise UnknownKind(name)
        return Custom(own_name=name, data=data)
    kind = kind_of(name)
    if not kind.by_api:
        raise UnknownKind(name)
    # What the kind keeps beside its data is for us to say.
    ours = [field for field, about in kind.model_fields.items() if about.exclude and field in data]
    if ours:
        errors = [InitErrorDetails(type="extra_forbidden", loc=(field,), input=None) for field in ours]
        raise ValidationError.from_exception_data(name, errors)
    return kind.model_validate(data)


def take_in(
    workspace: Workspace,
    event: Kind,
    *,
    contact: dict[str, str] | None = None,
    account: dict[str, str] | None = None,
    severity: Severity | None = None,
    occurred_at: datetime | None = None,
    idempotency_key: str | None = None,
) -> uuid.UUID:
    """Track an event that a server tells of, and return its id; with a key that was used before, the first one's.

    `contact` holds `external_id` or `email`, and perhaps a `name`; `account` its `external_id`, and perhaps a `name`.
    Both are found or made, but that a kind with `makes_contact` False makes no contact. All of it happens, or nothing.
    Raises DataTooLarge, ExternalIdTaken.
    """
    with transaction.atomic():
        if idempotency_key and (known := used_for(workspace, idempotency_key)):
            return known
        # The contact first, as everywhere: two calls that lock crosswise would wait for each other.
        person = _contact(workspace, event, contact, account) if contact else None
        company = _account(workspace, account) if account else None
        if person is not None:
            _note_journey(person, event, occurred_at or timezone.now())
        company = company or (person.account if person is not None else None)
        return track(
            event,
            workspace=workspace,
            contact=who_of(person) if person is not None else _stranger(contact),
            account=who_of_account(company),
            severity=severity,
            occurred_at=occurred_at,
            idempotency_key=idempotency_key,
        )


def _contact(workspace: Workspace, event: Kind, told: dict[str, str], account: dict[str, str] | None) -> Contact | None:
    external_id, email = told.get("external_id", ""), told.get("email", "")
    if not event.makes_contact:
        known = known_contact(workspace, external_id, email)
        # Held until the event is written: whoever erases them finds it, or came before.
        held = Contact.objects.select_for_update(no_key=True, of=("self",)).select_related("account", "root")
        return held.filter(pk=known.pk).first() if known is not None else None
    changes = {"name": told["name"]} if told.get("name") else {}
    if account:
        changes["account"] = account["external_id"]
    if external_id:
        changes |= {"email": email} if email else {}
        return upsert_contact(workspace, external_id, changes)[0]
    return upsert_contact_by_email(workspace, email, changes)[0]


def _account(workspace: Workspace, told: dict[str, str]) -> Account:
    changes = {"name": told["name"]} if told.get("name") else {}
    return upsert_account(workspace, told["external_id"], changes)[0]


def _note_journey(contact: Contact, event: Kind, at: datetime) -> None:
    if isinstance(event, ContactSignedUp):
        journey.signed_up(contact, at)
    elif isinstance(event, ContactOnboarded):
        journey.onboarded(contact, at)


def _stranger(told: dict[str, str] | None) -> Who | None:
    """Return somebody who is no contact, so that the event can name them all the same."""
    name = told and (told.get("name") or told.get("email") or told.get("external_id"))
    return Who("", name) if name else None
