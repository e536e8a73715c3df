"""The verb that erases a person: all of it in one transaction, or nothing.

What is in files, and what is out there in other media, follows: each by a row that a drain finds, whoever dies between.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, replace
from typing import Any

import psycopg
from django.db import IntegrityError, OperationalError, transaction

from inbox import realtime
from inbox.contacts.erasing import files, registry, rows, tombstones, traces
from inbox.contacts.erasing.person import Gone, Person, hold, look
from inbox.models import Contact, Conversation, Identity, Message, PersonNote
from inbox.models.messages import MessageKind
from inbox.people.audit import Actor, record
from inbox.people.permissions import Permission, require
from notifications import erasing as spine
from notifications.models import Event

log = logging.getLogger(__name__)

KIND = "contact.erased"
TRIES = 5
# Desks that show one of so many newest conversations are told at once; with an older one, when they ask next.
MOST_TOLD = 200


class CannotErase(Exception):
    """The person could not be erased: it `is_gone` already, or too much happened to it meanwhile; then trying again
    helps."""

    def __init__(self, detail: str, *, is_gone: bool = False) -> None:
        super().__init__(detail)
        self.is_gone = is_gone


@dataclass(frozen=True)
class Counts:
    """How much there is, or was, of a person."""

    profiles: int
    conversations: int
    messages: int
    notes: int
    events: int
    browsers: int


def counts_of(contact: Contact) -> Counts:
    """Return how much there is of a contact's person. Raises CannotErase."""
    try:
        person = look(contact)
    except Gone:
        raise CannotErase("This contact is not there any more.", is_gone=True) from None
    events = Event.objects.filter(workspace=person.workspace, contact__in=person.ids)
    return _counts(person, events.count())


def erase(contact: Contact, by: Actor) -> Counts:
    """Erase the whole person of a contact for good, and return how much there was. Only counts are recorded.

    What they do from then on is done by somebody new. Raises Forbidden, CannotErase.
    """
    if by.teammate is not None:
        require(by.teammate, Permission.ERASE)
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                return _erase(contact, by)
        except Gone:
            raise CannotErase("This contact is not there any more.", is_gone=True) from None
        except (IntegrityError, OperationalError) as error:
            # Somebody added to the person, or locked in another order: what they did is there now, and goes, too.
            if not _is_race(error):
                raise
            log.info("an erasure begins anew: %s", type(error.__cause__).__name__)
            if not left:
                raise CannotErase("Too much happens with this contact just now. Try again in a minute.") from error
    raise AssertionError


def _erase(contact: Contact, by: Actor) -> Counts:
    person = hold(contact)
    _tell_sockets(person)
    tombstones.bury(person.workspace, _buried(person))
    forgotten = spine.erase(person.workspace, person.sought)
    person = replace(person, events=forgotten.events)
    for eraser in registry.ERASERS:
        eraser(person)
    traces.erase(person)
    files.erase(person)
    counts = _counts(person, len(forgotten.events))
    rows.delete(person)
    rows.delete_contacts(person)
    record(KIND, workspace=person.workspace, by=by, **asdict(counts))
    return counts


def _is_race(error: Exception) -> bool:
    races = (psycopg.errors.ForeignKeyViolation, psycopg.errors.DeadlockDetected)
    return isinstance(error.__cause__, races)


def _counts(person: Person, events: int) -> Counts:
    said = Message.objects.filter(conversation__in=person.conversations).exclude(kind=MessageKind.ACTION)
    return Counts(
        profiles=len(person.contacts),
        conversations=len(person.conversations),
        messages=said.count(),
        notes=PersonNote.objects.filter(contact__in=person.contacts).count(),
        events=events,
        browsers=len(person.visitors),
    )


def _buried(person: Person) -> set[tuple[str, str]]:
    """Return the handles that no import may bring back: not those that another contact has, too."""
    others = Identity.objects.filter(workspace=person.workspace).exclude(contact__in=person.contacts)
    shared = others.filter(value__in=[value for _, value in person.handles]).values_list("kind", "value")
    return person.handles - set(shared)


def _tell_sockets(person: Person) -> None:
    """Once it is done, have their browsers begin anew, and the desks drop what they show of them."""
    frames = [realtime.Frame(realtime.visitor_group(visitor), {}, "begin_anew") for visitor in person.visitors]
    newest = Conversation.objects.for_list().filter(pk__in=person.conversations).order_by("-last_message_at")
    for conversation in newest[:MOST_TOLD]:
        gone: dict[str, Any] = {"type": "gone", "conversation": str(conversation.public_id)}
        frames += [realtime.Frame(group, gone, "perhaps_gone") for group in realtime.scope_groups(conversation)]
    realtime.publish_on_commit(frames)
