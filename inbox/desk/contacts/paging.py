"""Pages of a list, by keys: never by OFFSET, and never with a count of all there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet

PAGE = 50
# Counts are exact to 99.
COUNT_LIMIT = 100
_SALT = "contacts"

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Part:
    """A stretch of a list that one index serves: the rows that `where` holds for, by `key`, then by their own key."""

    where: Q
    key: str
    falling: bool = True


_NAMELESS = Part(Q(name=""), "created_at")
# By sort: what has the value in its order, then what has none.
CONTACT_PARTS = {
    "active": [Part(Q(), "updated_at")],
    "seen": [Part(Q(last_seen_at__isnull=False), "last_seen_at"), Part(Q(last_seen_at__isnull=True), "created_at")],
    "created": [Part(Q(), "created_at")],
    "name": [Part(Q(name__gt=""), "name", falling=False), _NAMELESS],
}
ACCOUNT_PARTS = {
    "active": [Part(Q(), "updated_at")],
    "name": [Part(Q(name__gt=""), "name", falling=False), Part(Q(name=""), "updated_at")],
}


def parts_of(known: dict[str, list[Part]], sort: str) -> list[Part]:
    """Return the parts of a list in this order; "-name" turns it round, and what has no value stays at the end."""
    first, *rest = known[sort.removeprefix("-")]
    turned = first.falling != sort.startswith("-")
    return [Part(first.where, first.key, turned), *rest]


def page_of(rows: QuerySet[Row], parts: list[Part], after: str = "", size: int = PAGE) -> tuple[list[Row], str]:
    """Return `size` rows beyond the place `after` ("": from the beginning), and the place to go on from ("": the end).

    As many queries as there are parts, at most. Raises django.core.signing.BadSignature for a place that is not ours.
    """
    begin, value, pk = _read(after, parts) if after else (0, None, 0)
    found: list[Row] = []
    at = begin
    for at in range(begin, len(parts)):
        part = parts[at]
        stretch = rows.filter(part.where)
        if value is not None:
            stretch = stretch.filter(_beyond(part, value, pk))
            value = None
        sign = "-" if part.falling else ""
        found += stretch.order_by(f"{sign}{part.key}", f"{sign}pk")[: size + 1 - len(found)]
        if len(found) > size:
            break
    if len(found) <= size:
        return found, ""
    return found[:size], _place(parts, found[size - 1])


def shown_count(rows: QuerySet[Any], page: list[Any], more: bool) -> str:
    """Return how many there are, as it is shown: "12", "99+". No query, where the first page holds them all."""
    count = rows.order_by()[:COUNT_LIMIT].count() if more else len(page)
    return f"{COUNT_LIMIT - 1}+" if count >= COUNT_LIMIT else str(count)


def _beyond(part: Part, value: Any, pk: int) -> Q:
    way = "lt" if part.falling else "gt"
    # The first condition is what an index can use; the others are exact.
    return Q((f"{part.key}__{way}e", value)) & (Q((f"{part.key}__{way}", value)) | Q((f"pk__{way}", pk)))


def _place(parts: list[Part], row: Model) -> str:
    """Return where a row stands: in which part, at which value."""
    at = 0
    if len(parts) > 1 and not getattr(row, parts[0].key):
        at = 1
    value = getattr(row, parts[at].key)
    said = value.isoformat() if isinstance(value, datetime) else value
    return signing.dumps([parts[at].key, said, row.pk], salt=_SALT)


def _read(after: str, parts: list[Part]) -> tuple[int, Any, int]:
    try:
        key, said, pk = signing.loads(after, salt=_SALT)
        at = next(place for place, part in enumerate(parts) if part.key == key)
    except (ValueError, TypeError, StopIteration) as error:
        raise signing.BadSignature("not a place in this list") from error
    return at, (said if key == "name" else datetime.fromisoformat(said)), pk
