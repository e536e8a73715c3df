"""What is known of a person, as plain values, row by row: memory does not grow with how much they said.

Of other customers nothing is among it: where two were taken for one person and parted again, neither says who the
other was.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, Prefetch, Q, QuerySet

from inbox.contacts.erasing.person import Person
from inbox.events import ContactMerged, ContactUnmerged, MentionCreated
from inbox.models import Contact, Conversation, Identity, Merge, Message, PersonNote, Visitor
from inbox.models.messages import AuthorKind, MessageKind
from notifications.models import Event

WINDOW = 1000
_OF_TWO = (ContactMerged.kind, ContactUnmerged.kind)

Values = dict[str, Any]
Row = TypeVar("Row", bound=Model)


def profiles(person: Person, *, notes: bool) -> list[Values]:
    """Return the person's contacts with identities, browsers and, if they are asked for, what was noted about each."""
    rows = Contact.objects.filter(pk__in=person.contacts).select_related("account").order_by("pk")
    rows = rows.prefetch_related(
        Prefetch("identities", Identity.objects.order_by("pk")),
        Prefetch("visitors", Visitor.objects.order_by("pk")),
        Prefetch("notes", PersonNote.objects.select_related("teammate__user").order_by("pk")),
    )
    return [_profile(row, notes=notes) for row in rows]


def merges(person: Person) -> list[Values]:
    """Return how these contacts became one person."""
    ours = Merge.objects.filter(winner__in=person.contacts, loser__in=person.contacts)
    rows = ours.select_related("winner", "loser", "by__user").order_by("pk")
    return [
        {
            "id": str(row.public_id),
            "into": str(row.winner.public_id),
            "contact": str(row.loser.public_id),
            "by": row.by.name if row.by is not None else None,
            "reason": row.reason,
            "fields": row.fields,
            "at": _at(row.at),
            "undone_at": _at(row.undone_at),
        }
        for row in rows
    ]


def conversations(person: Person) -> Iterator[tuple[int, Values]]:
    """Yield the key of each conversation, and what is to be said of it as a whole."""
    rows = Conversation.objects.filter(pk__in=person.conversations).select_related("contact")
    for row in _windows(rows, "pk"):
        yield (
            row.pk,
            {
                "id": str(row.public_id),
                "number": row.number,
                "contact": str(row.contact.public_id),
                "status": row.status,
                "created_at": _at(row.created_at),
                "closed_at": _at(row.closed_at),
            },
        )


def messages(conversation: int, person: Person, *, notes: bool) -> Iterator[Values]:
    """Yield what was said and done in a conversation (its key) of a person, in order."""
    rows = Message.objects.filter(conversation=conversation)
    if not notes:
        rows = rows.exclude(kind=MessageKind.NOTE)
    said = rows.only("seq", "kind", "author_kind", "teammate", "text", "action", "created_at")
    for row in _windows(said.prefetch_related("teammate__user"), "seq"):
        yield {
            "seq": row.seq,
            "kind": row.kind,
            "author": {"kind": row.author_kind, "name": _author(row, person)},
            "text": row.text,
            "action": row.action or None,
            "at": _at(row.created_at),
        }


def events(person: Person, *, notes: bool) -> Iterator[Values]:
    """Yield what was tracked about the person, oldest first."""
    about = Q(contact__in=person.ids) | Q(conversation__in=person.threads)
    rows = Event.objects.filter(about, workspace=person.workspace).exclude(kind__in=_OF_TWO)
    if not notes:
        rows = rows.exclude(kind=MentionCreated.kind)
    for row in _windows(rows, "pk"):
        yield {
            "id": str(row.public_id),
            "kind": row.kind,
            "title": row.title,
            "body": row.body,
            "data": row.data,
            "account": row.account or None,
            "occurred_at": _at(row.occurred_at),
        }


def _author(row: Message, person: Person) -> str:
    return person.called if row.author_kind == AuthorKind.CONTACT else row.author_name


def _windows(rows: QuerySet[Row], key: str) -> Iterator[Row]:
    """Yield rows in the order of a key, each window by a query of its own: a slow reader holds nothing open."""
    after = 0
    while window := list(rows.filter(**{f"{key}__gt": after}).order_by(key)[:WINDOW]):
        yield from window
        after = getattr(window[-1], key)


def _profile(row: Contact, *, notes: bool) -> Values:
    found: Values = {
        "id": str(row.public_id),
        "external_id": row.external_id,
        "name": row.name,
        "email": row.email,
        "phone": row.phone,
        "timezone": row.timezone,
        "account": {"external_id": row.account.external_id, "name": row.account.name} if row.account else None,
        "attributes": row.attributes,
        "signed_up_at": _at(row.signed_up_at),
        "onboarded_at": _at(row.onboarded_at),
        "last_seen_at": _at(row.last_seen_at),
        "created_at": _at(row.created_at),
        "identities": [
            {"kind": one.kind, "value": one.value, "verified_at": _at(one.verified_at), "since": _at(one.created_at)}
            for one in row.identities.all()
        ],
        "browsers": [_browser(one) for one in row.visitors.all()],
    }
    if notes:
        found["notes"] = [
            {"text": one.text, "by": one.teammate.name if one.teammate is not None else None, "at": _at(one.created_at)}
            for one in row.notes.all()
        ]
    return found


def _browser(visitor: Visitor) -> Values:
    return {
        "browser": visitor.user_agent,
        "language": visitor.language,
        "timezone": visitor.timezone,
        "page": visitor.page_url,
        "page_title": visitor.page_title,
        "came_from": visitor.referrer,
        "signed_in_at": _at(visitor.verified_at),
        "first_seen_at": _at(visitor.created_at),
        "last_seen_at": _at(visitor.last_seen_at),
    }


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
