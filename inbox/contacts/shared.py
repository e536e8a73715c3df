"""The workspace's own list of addresses, numbers and browsers that many use: to share one suggests nothing."""

from __future__ import annotations

import re
import uuid
from itertools import islice

from django.db import transaction
from django.db.models import Q, QuerySet

from inbox.contacts import persons
from inbox.contacts.holding import hold_all
from inbox.contacts.likeness import phones
from inbox.contacts.likeness.keys import hashed
from inbox.contacts.suggesting import counting
from inbox.contacts.suggesting.queue import look_for
from inbox.models import Contact, ContactDevice, Identity, MatchKey, MergeSuggestion, SharedHandle
from inbox.models.merging import SharedKind, SuggestionStatus
from inbox.people.audit import Actor, record
from inbox.people.models import Teammate, Workspace
from inbox.people.permissions import Permission, require

MOST = 500
# So many of those who share it are looked at again.
LOOKED_AT = 1000
_EMAIL = re.compile(r"[^\s@]{1,64}@(?:[^\s@]+\.[^\s@]+)?")


class NotShared(ValueError):
    """This cannot be on the list; the message says what to do."""


def share(teammate: Teammate, kind: str, value: str, by: Actor) -> SharedHandle:
    """Put something on the list; what is there already is returned. Suggestions that rest on it are looked for anew.

    Raises Forbidden, NotShared.
    """
    require(teammate, Permission.WRITE)
    workspace = teammate.workspace
    value = _sound(kind, value)
    with transaction.atomic():
        if SharedHandle.objects.filter(workspace=workspace).count() >= MOST:
            raise NotShared(f"There are {MOST} on the list already. Take one off it first.")
        handle, is_new = SharedHandle.objects.get_or_create(
            workspace=workspace, kind=kind, value=value, defaults={"by": teammate}
        )
        if is_new:
            record("shared.added", workspace=workspace, by=by, subject=_words(handle), handle=kind)
            _look_again(workspace, kind, value)
    return handle


def unshare(handle: SharedHandle, teammate: Teammate, by: Actor) -> None:
    """Take something off the list: from now on it may tell who is whom. Raises Forbidden."""
    require(teammate, Permission.WRITE)
    with transaction.atomic():
        handle.delete()
        record("shared.removed", workspace=teammate.workspace, by=by, subject=_words(handle), handle=handle.kind)
        for contact in islice(_sharing(teammate.workspace, handle.kind, handle.value), LOOKED_AT):
            look_for(contact)


def _look_again(workspace: Workspace, kind: str, value: str) -> None:
    """Take back what waits for a human between those who share this, and look for them again."""
    hold_all(workspace.pk)
    sharing = list(_sharing(workspace, kind, value)[:LOOKED_AT])
    members = persons.ids_of_persons({contact.root_id or contact.pk for contact in sharing})
    them = [pk for mine in members.values() for pk in mine]
    between = MergeSuggestion.objects.filter(status=SuggestionStatus.PENDING, contact__in=them, candidate__in=them)
    # What a human has found wanting is remembered.
    between.exclude(dismissed_evidence=[]).update(status=SuggestionStatus.DISMISSED)
    between.delete()
    counting.recount(members)
    for contact in sharing:
        look_for(contact)


def _sharing(workspace: Workspace, kind: str, value: str) -> QuerySet[Contact]:
    contacts = Contact.objects.filter(workspace=workspace).order_by("-pk")
    if kind == SharedKind.DEVICE:
        devices = ContactDevice.objects.filter(workspace=workspace, device=value)
        return contacts.filter(pk__in=devices.values("contact"))
    if kind == SharedKind.PHONE and (number := phones.read(value)):
        # However it was written down.
        keys = MatchKey.objects.filter(workspace=workspace, key=hashed("phone", number.tail))
        return contacts.filter(pk__in=keys.values("contact"))
    known = Q(kind=kind, value=value)
    if kind == SharedKind.EMAIL and value.endswith("@"):
        known = Q(kind=kind, value__startswith=value)
    return contacts.filter(pk__in=Identity.objects.filter(known, workspace=workspace).values("contact"))


def _sound(kind: str, value: str) -> str:
    value = " ".join(value.split())
    if kind == SharedKind.EMAIL:
        value = value.casefold()
        if len(value) > 254 or not value.isprintable() or not _EMAIL.fullmatch(value):
            raise NotShared("Write an address (reception@acme.com), or what stands before the @ (reception@).")
        return value
    if kind == SharedKind.PHONE:
        if len(value) > 40 or phones.read(value) is None:
            raise NotShared("Write the number with its country's code: +49 30 901820.")
        return value
    if kind == SharedKind.DEVICE:
        try:
            return str(uuid.UUID(value))
        except ValueError as error:
            raise NotShared("A browser is put on the list from a contact's page.") from error
    raise NotShared("Choose an email address or a phone number.")


def _words(handle: SharedHandle) -> str:
    """Return what is on the list, as the audit names it."""
    return "a browser" if handle.kind == SharedKind.DEVICE else handle.value
