"""Which audit facts are asked for, page by page."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict

from inbox.desk.settings.keys.wordings import GROUPS, REST, Change, changes, sentence
from inbox.people.models import AuditFact, Teammate, Workspace

PAGE = 50
NOBODY = "nobody"
PLACES = {"desk": "from the desk", "api": "over the API", "sso": "by single sign-on", "command line": ""}


@dataclass(frozen=True)
class Filters:
    """What a reader wants to see: a group of kinds, and whose deeds. Nonsense in the address counts as no filter."""

    workspace: Workspace
    group: str = ""
    who: str = ""

    @classmethod
    def of(cls, query: QueryDict, workspace: Workspace) -> Filters:
        group, who = query.get("group", ""), query.get("who", "")
        groups = {g.key for g in [*GROUPS, REST]}
        return cls(workspace, group if group in groups else "", who if who == NOBODY or _uuid(who) else "")

    def __bool__(self) -> bool:
        return bool(self.group or self.who)

    def address(self, **more: str) -> str:
        """Return these filters as the query of an address, "" for none."""
        query = {key: value for key, value in {"group": self.group, "who": self.who, **more}.items() if value}
        return f"?{urlencode(query)}" if query else ""

    def facts(self) -> QuerySet[AuditFact]:
        """Return the facts that match, newest first. The index (workspace, at, id) gives this order."""
        facts = self.workspace.audit_facts.order_by("-at", "-id")
        if self.group == REST.key:
            facts = facts.exclude(_begins_with([noun for group in GROUPS for noun in group.nouns]))
        elif self.group:
            facts = facts.filter(_begins_with(next(g.nouns for g in GROUPS if g.key == self.group)))
        if self.who == NOBODY:
            return facts.filter(actor__isnull=True)
        return facts.filter(actor__public_id=self.who) if self.who else facts


def _begins_with(nouns: Any) -> Q:
    found = Q(pk__in=[])
    for noun in nouns:
        found |= Q(kind__startswith=f"{noun}.")
    return found


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def page_of(filters: Filters, before: str = "", size: int = PAGE) -> tuple[list[AuditFact], bool]:
    """Return `size` facts older than the one with the public id `before` ("": the newest), and whether more follow."""
    facts = filters.facts()
    place = _uuid(before)
    last = filters.workspace.audit_facts.filter(public_id=place).only("at", "id").first() if place else None
    if last is not None:
        # The first condition is what the index can use; the others are exact.
        facts = facts.filter(Q(at__lte=last.at) & (Q(at__lt=last.at) | Q(id__lt=last.pk)))
    found = list(facts[: size + 1])
    return found[:size], len(found) > size


def all_of(filters: Filters, size: int = 500) -> Iterator[list[AuditFact]]:
    """Yield all facts, a batch at a time. Each batch is a query of its own: no cursor and no row is held between."""
    before, more = "", True
    while more:
        found, more = page_of(filters, before, size)
        if found:
            before = str(found[-1].public_id)
            yield found


@dataclass(frozen=True)
class Told:
    """A fact as the page tells it."""

    fact: AuditFact
    sentence: str
    place: str
    changes: list[Change]

    @classmethod
    def of(cls, fact: AuditFact) -> Told:
        told = sentence(fact.kind, fact.actor_name, fact.subject, fact.data)
        return cls(fact, told, PLACES.get(fact.via, fact.via if fact.via != "frontdesk" else ""), changes(fact.data))


def people_of(workspace: Workspace) -> list[Teammate]:
    """Return everybody who has ever worked here, those who are here now first: they are who may have done something."""
    mates = workspace.teammates.select_related("user").order_by("user__name", "id")
    return sorted(mates, key=lambda mate: not mate.is_active)
