"""What a page with a list of contacts or accounts shows: what its address asks for, and where its links lead."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.core.signing import BadSignature
from django.http import QueryDict
from django.urls import reverse

from inbox.contacts.fields import Field, Fields, keys_seen
from inbox.contacts.filters import SORTS, Asked, Filter, make_filter, rows_of
from inbox.contacts.operators import OF_TYPE, WORDS
from inbox.desk.contacts.paging import ACCOUNT_PARTS, CONTACT_PARTS, COUNT_LIMIT, page_of, parts_of, shown_count
from inbox.models import Contact, Segment
from inbox.models.profiles import ProfileKind
from inbox.people.models import Teammate, Workspace

PARTS = {ProfileKind.CONTACT: CONTACT_PARTS, ProfileKind.ACCOUNT: ACCOUNT_PARTS}
RELATED = {ProfileKind.CONTACT: ("account",), ProfileKind.ACCOUNT: ("owner",)}
URLS = {ProfileKind.CONTACT: "contacts", ProfileKind.ACCOUNT: "accounts"}
SORT_WORDS = {"active": "Last activity", "seen": "Last seen", "created": "Created", "name": "Name"}
# What turning an order round is called.
TURNED = {"active": "longest quiet first", "seen": "longest ago first", "created": "oldest first", "name": "Z to A"}


@dataclass(frozen=True)
class Chip:
    """A filter as the page shows it: where it is changed, and where it is taken away."""

    filter: Filter
    edit: str
    remove: str


@dataclass
class Page:
    """A list as it is asked for. Every address that leaves it keeps what was asked."""

    workspace: Workspace
    asked: Asked
    fields: Fields
    segments: list[Segment]
    segment: Segment | None = None
    editing: Filter | None = None
    place: int | None = None
    rows: list[Any] = field(default_factory=list)
    more: str = ""
    count: str = ""
    lost: bool = False

    @property
    def of(self) -> ProfileKind:
        return self.asked.of

    @property
    def url(self) -> str:
        """The list without anything asked."""
        return reverse(URLS[self.of])

    def address(self, asked: Asked | None = None, **more: str) -> str:
        """Return the address of the list, asked for this or another wish."""
        query = (asked or self.asked).query()
        kept = {"segment": str(self.segment.public_id)} if self.segment is not None else {}
        rest = urlencode({name: value for name, value in {**kept, **more}.items() if value})
        both = "&".join(part for part in (query, rest) if part)
        return f"{self.url}?{both}" if both else self.url

    @property
    def chips(self) -> list[Chip]:
        """The filters, each with its links."""
        return [
            Chip(one, self.address(edit=str(at)), self.address(self.asked.without(at)))
            for at, one in enumerate(self.asked.filters)
        ]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What the filter form carries along: all that is asked but for the filter that it changes."""
        asked = self.asked.without(self.place) if self.place is not None else self.asked
        pairs = [("q", asked.words), *(("f", one.raw) for one in asked.filters)]
        pairs += [("suspected", "1" if asked.suspected else ""), ("sort", asked.sort)]
        pairs += [("segment", str(self.segment.public_id) if self.segment is not None else "")]
        pairs += [("at", str(self.place) if self.place is not None else "")]
        return [pair for pair in pairs if pair[1]]

    @property
    def sorts(self) -> list[tuple[str, str, str, bool]]:
        """Return (key, words, address, whether it is this one) for each order, and each turned round."""
        keys = [key for plain in SORTS[self.of] for key in (plain, f"-{plain}")]
        words = {**SORT_WORDS, **{f"-{key}": f"{SORT_WORDS[key]}: {said}"
                                  for key, said in TURNED.items()}}  # fmt: skip
        return [(key, words[key], self.address(replace(self.asked, sort=key)), key == self.asked.sort) for key in keys]

    @property
    def sort_words(self) -> str:
        """How the rows are ordered."""
        return next(words for _, words, _, here in self.sorts if here)

    @property
    def differs(self) -> bool:
        """Whether more or less is asked than the open segment means."""
        return self.segment is not None and self.segment.query != self.asked.query()

    @property
    def title(self) -> str:
        """What the list is called."""
        if self.segment is not None:
            return self.segment.name
        if self.asked.suspected:
            return "Perhaps twice"
        return "All contacts" if self.of == ProfileKind.CONTACT else "All accounts"

    @property
    def offered(self) -> dict[str, list[Field]]:
        """The fields that can be chosen, by group. One query."""
        return self.fields.offered(keys_seen(self.workspace.pk, self.of))

    @property
    def operators(self) -> list[tuple[str, str, str]]:
        """Return (operator, words, the types that take it) for the filter form."""
        return [
            (op, words, " ".join(kind for kind, known in OF_TYPE.items() if op in known)) for op, words in WORDS.items()
        ]

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What is offered for fields of a few words: all of them are an account's status."""
        return [choice for group in self.fields.offered().values() for one in group for choice in one.choices]


def read_page(teammate: Teammate, of: ProfileKind, query: QueryDict) -> Page:
    """Return a list as an address asks for it, without its rows. Two queries."""
    fields = Fields.in_workspace(teammate.workspace_id, of)
    segments = list(Segment.objects.filter(workspace=teammate.workspace_id).order_by("name"))
    page = Page(teammate.workspace, Asked.read(query, fields), fields, segments)
    page.segment = next((s for s in segments if s.of == of and str(s.public_id) == query.get("segment")), None)
    wrong = next((at for at, one in enumerate(page.asked.filters) if one.problem), None)
    said = query.get("edit", "")
    at = int(said) if said.isascii() and said.isdigit() and len(said) < 4 else wrong
    if at is not None and at < len(page.asked.filters):
        page.place, page.editing = at, page.asked.filters[at]
    return page


def with_new_filter(page: Page, query: QueryDict) -> str:
    """Return the address of the list with the filter that the form has sent, at its place."""
    one = make_filter(query.get("field", ""), query.get("op", ""), query.get("value", ""), page.fields)
    at = query.get("at", "")
    place = int(at) if at.isascii() and at.isdigit() and len(at) < 4 else None
    return page.address(page.asked.with_filter(one, place))


def fill(page: Page, after: str) -> None:
    """Read a page of rows, beyond the place `after`. A place that is not known is the beginning."""
    rows = rows_of(page.asked, page.workspace)
    shown = rows.select_related(*RELATED[page.of])
    parts = parts_of(PARTS[page.of], page.asked.sort)
    try:
        page.rows, more = page_of(shown, parts, after)
    except BadSignature:
        page.lost = True
        page.rows, more = page_of(shown, parts)
    page.more = page.address(after=more) if more else ""
    page.count = "" if after and not page.lost else shown_count(rows, page.rows, bool(more))


def suspected_count(workspace: Workspace) -> str:
    """Return how many persons may be there twice, as it is shown; "" for none. One query."""
    found = Contact.objects.filter(workspace=workspace, root__isnull=True, suggestion_count__gt=0)
    count = found.order_by()[:COUNT_LIMIT].count()
    return f"{COUNT_LIMIT - 1}+" if count >= COUNT_LIMIT else str(count or "")
