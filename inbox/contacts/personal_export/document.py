"""All of a person as one JSON document, written while it is read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone

from inbox.contacts.erasing.person import look
from inbox.contacts.personal_export import gathering
from inbox.contacts.personal_export.registry import TELLERS
from inbox.models import Contact

PART = 64 * 1024


def document(contact: Contact, *, notes: bool = True) -> Iterator[str]:
    """Yield a document about a contact's person, piece by piece; `notes` says whether what the team noted about them is
    in it. Raises Gone, at the first piece."""
    person = look(contact)
    yield f'{{"exported_at": {written(timezone.now().isoformat())}, "contacts": '
    yield written(gathering.profiles(person, notes=notes))
    yield f', "merges": {written(gathering.merges(person))}, "conversations": ['
    for place, (pk, about) in enumerate(gathering.conversations(person)):
        yield ", " if place else ""
        yield from thread(about, gathering.messages(pk, person, notes=notes))
    yield '], "events": '
    yield from listed(gathering.events(person, notes=notes))
    yield ', "elsewhere": {'
    for place, (name, tell) in enumerate(TELLERS.items()):
        yield f"{', ' if place else ''}{written(name)}: "
        yield from listed(tell(person))
    yield "}}\n"


def in_parts(pieces: Iterable[str]) -> Iterator[bytes]:
    """Yield a document in parts that are worth a trip over the wire each."""
    held: list[str] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= PART:
            yield "".join(held).encode("utf-8", "replace")
            held, size = [], 0
    yield "".join(held).encode("utf-8", "replace")


def thread(about: dict[str, Any], messages: Iterable[Any]) -> Iterator[str]:
    """Yield one conversation as JSON: what is said of it as a whole, and its messages."""
    yield f'{written(about)[:-1]}, "messages": '
    yield from listed(messages)
    yield "}"


def written(value: Any) -> str:
    """Return plain values as JSON."""
    return json.dumps(value, ensure_ascii=False)


def listed(values: Iterable[Any]) -> Iterator[str]:
    """Yield values as a JSON list, a line each."""
    yield "["
    for place, value in enumerate(values):
        yield f"{',' if place else ''}\n{written(value)}"
    yield "]"
