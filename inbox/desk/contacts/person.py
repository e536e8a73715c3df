"""All that is known of one person: of the root and of every contact that is attached to it."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from inbox.contacts.attributes import Definitions
from inbox.contacts.person_notes import may_delete, may_edit, notes_about
from inbox.contacts.persons import members
from inbox.desk.activity import feed
from inbox.desk.activity.sight import visible_events
from inbox.models import Contact, Conversation, Identity, PersonNote, Visitor
from inbox.models.sight import ConversationQuerySet
from inbox.people.models import Teammate
from notifications import queries
from notifications.models import Event

CONVERSATIONS = 10
EVENTS = 20
NOTES = 20
DEVICES = 8
IDENTITIES = 60
_SALT = "conversations-of"


@dataclass(frozen=True)
class Known:
    """One value that a person is known by. `of` names the contact that brought it, where that is not the root."""

    kind: str
    value: str
    is_verified: bool
    of: str


@dataclass(frozen=True)
class Attribute:
    """One of a profile's own fields: how it is called, what it holds, and how it is typed into a form.

    `type` is "" for a key that has no definition; `slot` tells the forms of a page apart.
    """

    key: str
    label: str
    type: str
    value: Any
    slot: str

    @property
    def place(self) -> str:
        """By what a form that was refused finds its way back."""
        return f"attr-{self.key}"

    @property
    def is_empty(self) -> bool:
        return self.value is None

    @property
    def is_json(self) -> bool:
        """Whether it is typed as JSON: what has no type here, and is no text."""
        return self.type == "" and self.value is not None and not isinstance(self.value, str)

    @property
    def is_long(self) -> bool:
        return len(self.typed) > 60 or "\n" in self.typed or (self.is_json and isinstance(self.value, dict | list))

    @property
    def typed(self) -> str:
        """The value as it is typed into a form."""
        if self.value is None:
            return ""
        if isinstance(self.value, str):
            return self.value
        if self.type == "boolean" and isinstance(self.value, bool):
            return "yes" if self.value else "no"
        if self.type == "list" and isinstance(self.value, list):
            return ", ".join(str(item) for item in self.value)
        return json.dumps(self.value, ensure_ascii=False)

    @property
    def day(self) -> date | None:
        """The day that it holds, None where it is no day."""
        try:
            return date.fromisoformat(self.value) if self.type == "date" and len(self.value) == 10 else None
        except (TypeError, ValueError):
            return None

    @property
    def is_sound(self) -> bool:
        """Whether an input for days can hold it."""
        return self.is_empty or self.day is not None

    @property
    def link(self) -> str:
        """The address that it holds, "" where it is none that may be followed."""
        is_link = self.type == "url" and isinstance(self.value, str) and self.value.startswith(("https://", "http://"))
        return self.value if is_link else ""


@dataclass(frozen=True)
class NoteRow:
    """A note, and what this teammate may do with it."""

    note: PersonNote
    may_edit: bool
    may_delete: bool

    @property
    def id(self) -> str:
        return str(self.note.public_id)


def person_or_404(teammate: Teammate, public_id: Any) -> tuple[Contact, list[Contact]]:
    """Return the root of the person that a contact belongs to, and all their contacts, the root first. Two queries."""
    contact = get_object_or_404(Contact.objects.filter(workspace=teammate.workspace_id), public_id=public_id)
    people = members(contact)
    if not people:
        raise Http404  # erased at this moment
    people[0].workspace = teammate.workspace
    return people[0], people


def known_by(people: list[Contact]) -> list[Known]:
    """Return what a person is known by, each value once, proved if any of their contacts proved it. One query."""
    by_key = {contact.pk: contact for contact in people}
    rows = Identity.objects.filter(contact_id__in=by_key).order_by("kind", "id")[:IDENTITIES]
    best: dict[tuple[str, str], Known] = {}
    for row in rows:
        brought = by_key[row.contact_id]  # type: ignore[attr-defined]
        of = "" if brought.pk == people[0].pk else brought.display_name
        known = Known(row.kind, row.value, row.verified_at is not None, of)
        held = best.get((row.kind, row.value))
        if held is None or (known.is_verified and not held.is_verified):
            best[row.kind, row.value] = known
    return list(best.values())


def attributes_of(held: dict[str, Any], definitions: Definitions) -> list[Attribute]:
    """Return a profile's fields: those that have a definition, empty ones too, then what else it holds."""
    keys = [*definitions, *(key for key in sorted(held) if key not in definitions)]
    return [
        Attribute(key, one.label if one else key, one.type if one else "", held.get(key), f"a{at}")
        for at, key in enumerate(keys)
        for one in [definitions.get(key)]
    ]


def devices_of(people: list[Contact]) -> list[Visitor]:
    """Return the browsers that a person came with, the last one first, each once. One query."""
    rows = Visitor.objects.filter(contact_id__in=[contact.pk for contact in people]).order_by("-last_seen_at")
    newest: dict[uuid.UUID, Visitor] = {}
    for visitor in rows[: DEVICES * 3]:
        newest.setdefault(visitor.device_id, visitor)
    return list(newest.values())[:DEVICES]


def conversations_page(found: ConversationQuerySet, before: str) -> tuple[list[Conversation], str]:
    """Return a page of conversations, newest activity first, and the place to go on from. One query.

    Raises django.core.signing.BadSignature for a place that is not ours.
    """
    if before:
        at, pk = signing.loads(before, salt=_SALT)
        found = found.filter(Q(last_message_at__lte=at) & (Q(last_message_at__lt=at) | Q(pk__lt=pk)))
    rows = list(found.for_list().order_by("-last_message_at", "-id")[: CONVERSATIONS + 1])
    if len(rows) <= CONVERSATIONS:
        return rows, ""
    last = rows[CONVERSATIONS - 1]
    return rows[:CONVERSATIONS], signing.dumps([last.last_message_at.isoformat(), last.pk], salt=_SALT)


def conversations_of(people: list[Contact], teammate: Teammate) -> ConversationQuerySet:
    """Return those of a person's conversations that a teammate may see."""
    return Conversation.objects.visible_to(teammate).filter(contact_id__in=[contact.pk for contact in people])


def events_of(people: list[Contact], teammate: Teammate) -> QuerySet[Event]:
    """Return what happened to a person, as far as a teammate may see it: the rule is Activity's own."""
    return visible_events(teammate).filter(contact__in=[contact.public_id for contact in people])


def events_page(found: QuerySet[Event], teammate: Teammate, before: str) -> tuple[list[feed.Line], str]:
    """Return a page of events as Activity's rows, newest first, and the place to go on from."""
    events, more = queries.page_of(found, teammate.workspace_id, before, EVENTS)
    return feed.lines(events), more


def notes_page(people: list[Contact], teammate: Teammate, before: str) -> tuple[list[NoteRow], str]:
    """Return a page of the notes about a person, newest first, and the place to go on from."""
    found = notes_about(teammate.workspace_id, [contact.pk for contact in people])
    rows, more = queries.page_of(found, teammate.workspace_id, before, NOTES)
    return [NoteRow(note, may_edit(note, teammate), may_delete(note, teammate)) for note in rows], more
