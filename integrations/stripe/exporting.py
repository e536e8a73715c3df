"""What Stripe sent about a person, for that person to have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from inbox.contacts.erasing.person import Person
from integrations.stripe.erasing import PERSONAL, naming
from integrations.stripe.models import StripeEvent
from integrations.stripe.shapes import Happening


def tell(person: Person) -> Iterator[dict[str, Any]]:
    """Yield each event that names a person, with what it says of them: the values that name them, and those beside such
    a one that are personal (an address, a number). What else stands there is their company's."""
    named = naming(person)
    if named is None:
        return
    pattern, found = named
    for row in StripeEvent.objects.filter(workspace=person.workspace, raw__iregex=pattern).order_by("pk").iterator(100):
        said = dict(_said(Happening.read(row.raw).object, found, ""))
        if said:
            yield {"id": row.event_id, "type": row.type, "created_at": row.created.isoformat(), "says": said}


def _said(value: Any, found: re.Pattern[str], path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and found.search(value):
        yield path, value
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _said(one, found, f"{path}.{place}")
    elif isinstance(value, dict):
        is_theirs = any(isinstance(one, str) and found.search(one) for one in value.values())
        for key, one in value.items():
            inner = f"{path}.{key}".lstrip(".")
            yield from _all(one, inner) if is_theirs and key in PERSONAL else _said(one, found, inner)


def _all(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and value:
        yield path, value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _all(one, f"{path}.{key}")
