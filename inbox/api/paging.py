"""Lists by cursor: each page asks for what lies beyond the last row of the one before, whatever was added since."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.fernet import InvalidToken
from django.db.models import Model, Q, QuerySet
from rest_framework import serializers
from rest_framework.request import Request

from inbox.api.problems import Problem
from inbox.people.secrets import decrypt, encrypt

MAX_LIMIT = 200


class PageQuery(serializers.Serializer[Any]):
    """What every list may be asked."""

    limit = serializers.IntegerField(
        min_value=1, max_value=MAX_LIMIT, default=50, help_text="How many results a page holds."
    )
    cursor = serializers.CharField(
        required=False, max_length=1000, help_text="Where the page begins: follow next, do not make one up."
    )


@dataclass(frozen=True)
class Keyset:
    """The order of a list: a time and an id with the newest first, the id alone so, or one number ascending.

    A cursor is encrypted: it holds the database's own ids, which say how much there is of everything.
    """

    name: str
    field: str
    newest_first: bool = True

    def page(self, rows: QuerySet[Any], limit: int, cursor: str | None) -> tuple[list[Any], str | None]:
        """Return one page of `rows`, and the cursor of the next (None where there is none). Raises Problem."""
        if cursor is not None:
            rows = rows.filter(self._beyond(cursor))
        order = list(dict.fromkeys([f"-{self.field}", "-id"])) if self.newest_first else [self.field]
        found = list(rows.order_by(*order)[: limit + 1])
        more = len(found) > limit
        return found[:limit], self._cursor(found[limit - 1]) if more else None

    def _cursor(self, row: Model) -> str:
        value = getattr(row, self.field)
        place = [self.name, value.isoformat(), row.pk] if isinstance(value, datetime) else [self.name, value]
        return encrypt(json.dumps(place)).rstrip("=")

    def _beyond(self, cursor: str) -> Q:
        try:
            place = json.loads(decrypt(cursor + "=" * (-len(cursor) % 4)))
        except (InvalidToken, ValueError) as error:
            raise _invalid() from error
        if place[0] != self.name:
            raise _invalid()
        if not self.newest_first:
            return Q(**{f"{self.field}__gt": place[1]})
        if self.field == "id":
            return Q(id__lt=place[1])
        value, pk = datetime.fromisoformat(place[1]), place[2]
        # The first condition is what the index can use; the others are exact.
        return Q(**{f"{self.field}__lte": value}) & (Q(**{f"{self.field}__lt": value}) | Q(id__lt=pk))


def _invalid() -> Problem:
    return Problem(
        "invalid_cursor", "Follow the `next` of a page of this list, or begin without a cursor.", field="cursor"
    )


def next_url(request: Request, cursor: str | None) -> str | None:
    """Return the address of the next page: this one's, with another cursor."""
    if cursor is None:
        return None
    query = request.query_params.copy()
    query["cursor"] = cursor
    return f"{request.build_absolute_uri(request.path)}?{query.urlencode()}"


def page_body(request: Request, results: Any, cursor: str | None) -> dict[str, Any]:
    """Return a list's answer."""
    return {"next": next_url(request, cursor), "results": results}
