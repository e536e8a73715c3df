"""What a list of contacts or accounts is asked for: the one form that addresses, segments and exports share.

    q=ruth&f=account.plan:is:Pro&f=attr.seats:more:10&suspected=1&sort=name

`f` is FIELD:OPERATOR:VALUE, any number of times; all must hold (docs/contacts.md lists the fields and operators).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from inbox.contacts.conditions import condition
from inbox.contacts.fields import Field, Fields
from inbox.contacts.operators import OF_DAYS, OF_TYPE, TYPE_WORDS, WITHOUT_VALUE, WORDS, ValueRefused, taken
from inbox.contacts.searching import found_accounts, found_roots
from inbox.models import Account, Contact
from inbox.models.profiles import ProfileKind
from inbox.people.models import Workspace
from inbox.people.zones import zone_of

MOST_FILTERS = 20
LONGEST_VALUE = 200
LONGEST_WORDS = 100
# What a Segment and an Export can keep.
LONGEST_QUERY = 4_000
SORTS = {
    ProfileKind.CONTACT: ("active", "seen", "created", "name"),
    ProfileKind.ACCOUNT: ("active", "name"),
}


class AskedWrongly(ValueError):
    """A list was asked for what it cannot be filtered by. The message says what is wrong."""


@dataclass(frozen=True)
class Filter:
    """One condition, as it was written; `problem` says why it cannot be applied, "" where it can."""

    key: str
    op: str
    value: str
    field: Field | None = None
    problem: str = ""
    taken: Any = None

    @property
    def raw(self) -> str:
        """As an address says it."""
        return f"{self.key}:{self.op}" + (f":{self.value}" if self.value else "")

    @property
    def label(self) -> str:
        """What the field is called."""
        return self.field.label if self.field is not None else self.key or "A field"

    @property
    def words(self) -> str:
        """The operator and the value, as people say it: "is more than 10", "is within the last 7 days"."""
        if self.op in WITHOUT_VALUE:
            return WORDS[self.op]
        value = dict(self.field.choices).get(self.taken, self.value) if self.field is not None else self.value
        days = (" day" if self.value == "1" else " days") if self.op in OF_DAYS else ""
        return f"{WORDS.get(self.op, self.op)} {value}{days}".strip()


@dataclass(frozen=True)
class Asked:
    """All that is asked of a list. `sort` begins with "-" where the order is turned round."""

    of: ProfileKind
    words: str = ""
    filters: tuple[Filter, ...] = ()
    suspected: bool = False
    sort: str = "active"

    @classmethod
    def read(cls, query: QueryDict, fields: Fields) -> Asked:
        """Return what an address asks for. What is wrong in it is kept, with its problem."""
        raw = [_plain(text) for text in query.getlist("f")][:MOST_FILTERS]
        sort = query.get("sort", "")
        return cls(
            fields.of,
            words=" ".join(_plain(query.get("q", "")).split())[:LONGEST_WORDS],
            filters=tuple(read_filter(text, fields) for text in raw if text),
            suspected=fields.of == ProfileKind.CONTACT and query.get("suspected", "0") not in ("0", "no"),
            sort=sort if sort.removeprefix("-") in SORTS[fields.of] else "active",
        )

    def query(self) -> str:
        """Return this as the query of an address, without its "?": always the same text for the same wish."""
        pairs = [("q", self.words)] if self.words else []
        pairs += [("f", one.raw) for one in self.filters]
        pairs += [("suspected", "1")] if self.suspected else []
        pairs += [("sort", self.sort)] if self.sort != "active" else []
        return urlencode(pairs, safe=":")

    @property
    def narrows(self) -> bool:
        """Whether it asks for less than all."""
        return bool(self.words or self.filters or self.suspected)

    @property
    def problems(self) -> list[Filter]:
        """The filters that cannot be applied."""
        return [one for one in self.filters if one.problem]

    def check(self) -> None:
        """Raise AskedWrongly where something of it cannot be applied, or is more than can be kept."""
        for one in self.problems:
            raise AskedWrongly(f"{one.label}: {one.problem}")
        if len(self.query()) > LONGEST_QUERY:
            raise AskedWrongly("These filters are too long to be kept. Take some away.")

    def without(self, place: int) -> Asked:
        """Return the same without the filter at a place."""
        return replace(self, filters=self.filters[:place] + self.filters[place + 1 :])

    def with_filter(self, one: Filter, place: int | None = None) -> Asked:
        """Return the same with a filter more, at the end or at a place."""
        at = len(self.filters) if place is None else place
        return replace(self, filters=(*self.filters[:at], one, *self.filters[at:])[:MOST_FILTERS])

    def contacts(self, workspace: Workspace) -> QuerySet[Contact]:
        """Return the roots of the persons asked for, in no order. What has a problem is left out."""
        found = Contact.objects.filter(workspace=workspace, root__isnull=True).filter(*self._conditions(workspace))
        if self.suspected:
            found = found.filter(suggestion_count__gt=0)
        return found.filter(found_roots(workspace.pk, self.words)) if self.words else found

    def accounts(self, workspace: Workspace) -> QuerySet[Account]:
        """Return the accounts asked for, in no order. What has a problem is left out."""
        found = Account.objects.filter(workspace=workspace).filter(*self._conditions(workspace))
        return found.filter(found_accounts(self.words)) if self.words else found

    def _conditions(self, workspace: Workspace) -> Sequence[Q]:
        now, zone = timezone.now(), zone_of(workspace.timezone)
        return [_condition(one, now, zone) for one in self.filters if not one.problem]


def asked_of(workspace: Workspace, of: ProfileKind, query: str) -> Asked:
    """Return what a kept query asks for. One query."""
    return Asked.read(QueryDict(query), Fields.in_workspace(workspace.pk, of))


def rows_of(asked: Asked, workspace: Workspace) -> QuerySet[Any]:
    """Return the contacts or accounts asked for, whichever the list is of."""
    found: QuerySet[Model]
    found = asked.contacts(workspace) if asked.of == ProfileKind.CONTACT else asked.accounts(workspace)
    return found


def read_filter(text: str, fields: Fields) -> Filter:
    """Return a filter as it stands in an address ("plan:is:Pro"), with its problem if it has one."""
    key, _, rest = text.partition(":")
    op, _, value = rest.partition(":")
    return make_filter(key, op, value, fields)


def make_filter(key: str, op: str, value: str, fields: Fields) -> Filter:
    """Return a filter of its three parts, with its problem if it has one."""
    key, op, value = _plain(key)[:200], _plain(op).strip().lower()[:20], _plain(value).strip()
    field = fields.find(key)
    if field is None:
        return Filter(key, op, value, problem=f"There is no field “{key[:60]}”. Choose one of the list.")
    if len(value) > LONGEST_VALUE:
        return Filter(key, op, value[:LONGEST_VALUE], field, f"A value has at most {LONGEST_VALUE} characters.")
    if op not in OF_TYPE[field.type]:
        can = ", ".join(WORDS[known] for known in OF_TYPE[field.type])
        return Filter(key, op, value, field, f"It is {TYPE_WORDS[field.type]}. It can be asked: {can}.")
    value = "" if op in WITHOUT_VALUE else value
    try:
        return Filter(key, op, value, field, taken=taken(field, op, value))
    except ValueRefused as refused:
        return Filter(key, op, value, field, str(refused))


def _condition(one: Filter, now: Any, zone: ZoneInfo) -> Q:
    assert one.field is not None
    return condition(one.field, one.op, one.taken, now, zone)


def _plain(text: str) -> str:
    """Return a text that the database can hold."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
