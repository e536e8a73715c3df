"""Writing what a server says of a customer. A server's word is proof: what it sends becomes a verified identity.

A change that gives a contact attributes which it did not have, or takes some away, tells the spine so. One that only
gives them other values does not: that is a server that keeps us up to date, call by call.

Each takes the contact's row lock first, then its account, then its identities in one order, so that two calls never
wait for each other crosswise.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Any

from django.db import IntegrityError, connection, transaction

from inbox.contacts import identities
from inbox.contacts.accounts import account_named
from inbox.contacts.attributes import definitions_of, merged
from inbox.contacts.errors import ExternalIdTaken
from inbox.contacts.holding import hold_root
from inbox.contacts.suggesting.queue import look_for
from inbox.events import ContactDataAdded, ContactDataRemoved, who_of, who_of_account
from inbox.models import Contact
from inbox.models.contacts import IdentityKind
from inbox.models.profiles import ProfileKind
from inbox.people.models import Workspace
from notifications.events import track

MOST_NAMED = 50
_PROVED = (IdentityKind.EXTERNAL_ID, IdentityKind.EMAIL, IdentityKind.PHONE)
# A change of one of these may show who else this is.
_TELLING = {"name", "email", "phone", "external_id", "account", "timezone", "attributes"}
_TAKEN = "contact_external_id_is_unique"


def create_contact(workspace: Workspace, changes: dict[str, Any]) -> Contact:
    """Make a contact. `account` is an external id; a new one makes the account.

    Raises ExternalIdTaken, AttributesTooLarge.
    """
    with transaction.atomic():
        return _write(Contact(workspace=workspace), changes)


def change_contact(contact: Contact, changes: dict[str, Any]) -> Contact:
    """Change what `changes` holds and nothing else; return the person's root.

    Of a contact that was merged, what is shown goes to the root. What is proved stays the contact's own: it must open
    nothing of the root's, now or after the merge is undone. Raises ExternalIdTaken, AttributesTooLarge.
    """
    with transaction.atomic():
        root = hold_root(contact)
        if root.pk == contact.pk:
            return _write(root, changes)
        own = (
            Contact.objects.select_for_update(no_key=True, of=("self",)).select_related("workspace").get(pk=contact.pk)
        )
        own.root = root
        proved = {field: value for field, value in changes.items() if field in _PROVED}
        _write(own, {field: value for field, value in proved.items() if field == IdentityKind.EXTERNAL_ID})
        _prove(own, _prepared(own, proved))
        return _write(
            root, {field: value for field, value in changes.items() if field != IdentityKind.EXTERNAL_ID}, False
        )


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
    try:
        return change_contact(contact, changes), False
    except Contact.DoesNotExist:  # erased at this moment
        return create_contact(workspace, changes), True


def upsert_contact_by_email(workspace: Workspace, email: str, changes: dict[str, Any]) -> tuple[Contact, bool]:
    """Make or change the contact that has proved this email; return it, and whether it is new. Two calls at once make
    one contact. Raises ExternalIdTaken, AttributesTooLarge."""
    email = identities.normalise(IdentityKind.EMAIL, email)
    with transaction.atomic():
        _hold(f"email:{workspace.pk}:{email}")
        known = identities.find_verified(workspace.pk, IdentityKind.EMAIL, email)
        if known is not None:
            with suppress(Contact.DoesNotExist):  # erased at this moment
                return change_contact(known, changes), False
        return create_contact(workspace, {**changes, "email": email}), True


def known_contact(workspace: Workspace, external_id: str = "", email: str = "") -> Contact | None:
    """Return the person (its root) with this external id or, if none is given, the one that has proved this email."""
    if external_id:
        known = _known(workspace, identities.normalise(IdentityKind.EXTERNAL_ID, external_id))
    else:
        known = identities.find_verified(workspace.pk, IdentityKind.EMAIL, email) if email else None
    return known.person if known is not None else None


def _hold(name: str) -> None:
    """Have others who hold the same name wait until this transaction ends."""
    digest = hashlib.sha256(name.encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], signed=True)])


def _known(workspace: Workspace, external_id: str) -> Contact | None:
    mine = Contact.objects.filter(workspace=workspace, external_id=external_id).first()
    return mine or identities.find_verified(workspace.pk, IdentityKind.EXTERNAL_ID, external_id)


def _write(contact: Contact, changes: dict[str, Any], proves: bool = True) -> Contact:
    changes = _prepared(contact, changes)
    had = None if contact.pk is None else set(contact.attributes)
    changed = [field for field, value in changes.items() if getattr(contact, field) != value]
    for field in changed:
        setattr(contact, field, changes[field])
    if contact.pk is None or changed:
        _save(contact, changed)
    if "external_id" in changed:
        _forget_former_external_ids(contact)
    if proves:
        _prove(contact, changes)
    if had is not None and "attributes" in changed:
        _tell_data(contact, had)
    if had is None or _TELLING & set(changed):
        look_for(contact)
    return contact


def _prove(contact: Contact, changes: dict[str, Any]) -> None:
    """Verify what a server says a contact is known by. Raises ExternalIdTaken."""
    for kind in _PROVED:
        value = changes.get(kind)
        if value and not identities.verify(contact, kind, value) and kind == IdentityKind.EXTERNAL_ID:
            raise ExternalIdTaken(value)


def _tell_data(contact: Contact, had: set[str]) -> None:
    """Tell which attributes a contact has now and had not, and the other way round. Their names, never the values."""
    has = set(contact.attributes)
    for kind, fields in ((ContactDataAdded, has - had), (ContactDataRemoved, had - has)):
        if fields:
            track(
                kind(fields=sorted(fields)[:MOST_NAMED]),
                workspace=contact.workspace,
                contact=who_of(contact),
                account=who_of_account(contact.account),
            )


def _prepared(contact: Contact, changes: dict[str, Any]) -> dict[str, Any]:
    """Return the changes as the model's fields hold them."""
    ready = dict(changes)
    for kind in _PROVED:
        if ready.get(kind):
            ready[kind] = identities.normalise(kind, ready[kind])
    if "external_id" in ready:
        ready["external_id"] = ready["external_id"] or None
    if "attributes" in ready:
        definitions = definitions_of(contact.workspace_id, ProfileKind.CONTACT)
        ready["attributes"] = merged(contact.attributes, ready["attributes"], definitions)
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
