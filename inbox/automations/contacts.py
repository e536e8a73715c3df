"""Contacts as automations see them: one contact, what its person is called, and the person's proved address."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Prefetch, QuerySet

from inbox.contacts.erasing.person import Person
from inbox.models import Account, Contact, Identity
from inbox.models.contacts import IdentityKind
from notifications.automations import erasing
from notifications.automations.contacts import ContactFacts

_OF_ACCOUNT = ("external_id", "name", "domain", "plan", "status", "seats", "seat_limit", "attributes")


def facts_of(contacts: Collection[uuid.UUID]) -> Mapping[uuid.UUID, ContactFacts]:
    """Return what automations know of these contacts (public ids); who is not there is left out. A constant number of
    queries."""
    asked = list(Contact.objects.filter(public_id__in=contacts).values_list("public_id", "pk", "root_id"))
    roots = _with_all(Contact.objects.filter(pk__in={root or pk for _, pk, root in asked}))
    found = {}
    for public_id, pk, root in asked:
        person = roots.get(root or pk)
        if person is not None:
            found[public_id] = _facts(public_id, person)
    return found


def forget(person: Person) -> None:
    """Erase a person from what automations wrote to them, in the erasure's transaction."""
    erasing.erase(person.workspace, person.sought)


def _with_all(roots: QuerySet[Contact]) -> dict[int, Contact]:
    emails = Prefetch("identities", Identity.objects.filter(kind=IdentityKind.EMAIL).order_by("id"))
    attached = Prefetch("attached", Contact.objects.select_related("account").prefetch_related(emails).order_by("pk"))
    return {one.pk: one for one in roots.select_related("account").prefetch_related(emails, attached)}


def _facts(public_id: uuid.UUID, root: Contact) -> ContactFacts:
    members = root.of_person
    email = _proved(root, members)
    name = root.name or next((one.name for one in members if one.name), "")
    return ContactFacts(
        id=public_id,
        workspace=root.workspace_id,
        person=tuple(one.public_id for one in members),
        name=name,
        email=email,
        is_claimed=any(identity for one in members for identity in one.identities.all()) or bool(root.email),
        timezone=root.timezone,
        values={
            "email": root.email,
            "phone": root.phone,
            "external_id": root.external_id or "",
            "timezone": root.timezone,
            "attributes": root.attributes,
        },
        account=_account(root.account),
    )


def _proved(root: Contact, members: list[Contact]) -> str:
    """Return the address at which a person gets mail: the one that is shown, if it is proved; else another proved one,
    the root's own first; "" where none is. A claim gets no mail: whoever typed it need not own it."""
    proved = [
        identity.value for one in members for identity in one.identities.all() if identity.verified_at is not None
    ]
    return root.email if root.email and root.email in proved else (proved[0] if proved else "")


def _account(account: Account | None) -> dict[str, Any]:
    if account is None:
        return {}
    days = {"renews_on": account.renews_on, "trial_ends_on": account.trial_ends_on}
    return {
        **{name: getattr(account, name) for name in _OF_ACCOUNT},
        "name": account.name or account.external_id,
        **{name: day.isoformat() if day is not None else "" for name, day in days.items()},
    }
