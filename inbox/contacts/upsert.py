"""Writing what a server says of a customer. A server's word is proof: what it sends becomes a verified identity.

Each takes the contact's row lock first, then its account, then its identities in one order, so that two calls never
wait for each other crosswise.
"""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from inbox.contacts import identities
from inbox.contacts.accounts import account_named
from inbox.contacts.attributes import merged
from inbox.contacts.errors import ExternalIdTaken
from inbox.models import Contact
from inbox.models.contacts import IdentityKind
from inbox.people.models import Workspace

_PROVED = (IdentityKind.EXTERNAL_ID, IdentityKind.EMAIL, IdentityKind.PHONE)
_TAKEN = "contact_external_id_is_unique"


def create_contact(workspace: Workspace, changes: dict[str, Any]) -> Contact:
    """Make a contact. `account` is an external id; a new one makes the account.

    Raises ExternalIdTaken, AttributesTooLarge.
    """
    with transaction.atomic():
        return _write(Contact(workspace=workspace), changes)


def change_contact(contact: Contact, changes: dict[str, Any]) -> Contact:
    """Change what `changes` holds and nothing else. Raises ExternalIdTaken, AttributesTooLarge."""
    with transaction.atomic():
        locked = Contact.objects.select_for_update(no_key=True, of=("self",)).select_related("workspace")
        return _write(locked.get(pk=contact.pk), changes)


def upsert_contact(workspace: Workspace, external_id: str, changes: dict[str, Any]) -> tuple[Contact, bool]:
    """Make or change the contact with this external id; return it, and whether it is new. Raises AttributesTooLarge."""
    external_id = identities.normalise(IdentityKind.EXTERNAL_ID, external_id)
    changes = {**changes, "external_id": external_id}
    contact = _known(workspace, external_id)
    if contact is None:
        try:
            return create_contact(workspace, changes), True
        except ExternalIdTaken:  # somebody was quicker
            contact = _known(workspace, external_id)
            if contact is None:
                raise
    return change_contact(contact, changes), False


def _known(workspace: Workspace, external_id: str) -> Contact | None:
    mine = Contact.objects.filter(workspace=workspace, external_id=external_id).first()
    return mine or identities.find_verified(workspace.pk, IdentityKind.EXTERNAL_ID, external_id)


def _write(contact: Contact, changes: dict[str, Any]) -> Contact:
    changes = _prepared(contact, changes)
    changed = [field for field, value in changes.items() if getattr(contact, field) != value]
    for field in changed:
        setattr(contact, field, changes[field])
    if contact.pk is None or changed:
        _save(contact, changed)
    if "external_id" in changed:
        _forget_former_external_ids(contact)
    for kind in _PROVED:
        value = changes.get(kind)
        if value and not identities.verify(contact, kind, value) and kind == IdentityKind.EXTERNAL_ID:
            raise ExternalIdTaken(value)
    return contact


def _prepared(contact: Contact, changes: dict[str, Any]) -> dict[str, Any]:
    """Return the changes as the model's fields hold them."""
    ready = dict(changes)
    for kind in _PROVED:
        if ready.get(kind):
            ready[kind] = identities.normalise(kind, ready[kind])
    if "external_id" in ready:
        ready["external_id"] = ready["external_id"] or None
    if "attributes" in ready:
        ready["attributes"] = merged(contact.attributes, ready["attributes"])
    if ready.get("account"):
        ready["account"] = account_named(contact.workspace, ready["account"])
    return ready


def _save(contact: Contact, changed: list[str]) -> None:
    try:
        with transaction.atomic():
            contact.save(update_fields=[*changed, "updated_at"] if contact.pk else None)
    except IntegrityError as error:
        if _TAKEN not in str(error):
            raise
        raise ExternalIdTaken(contact.external_id or "") from error


def _forget_former_external_ids(contact: Contact) -> None:
    """A server that gives its customer another id no longer knows them by the old one, which another may then have."""
    former = contact.identities.filter(kind=IdentityKind.EXTERNAL_ID, verified_at__isnull=False)
    former.exclude(value=contact.external_id or "").delete()
