"""How many other persons a root may be, kept beside it: so that a list shows it without looking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from inbox.contacts import persons
from inbox.models import Contact, MergeSuggestion
from inbox.models.merging import SuggestionStatus

MOST = 999


@dataclass(frozen=True)
class Suggested:
    """A suggestion as one person's profile shows it: with the root of the other person."""

    suggestion: MergeSuggestion
    person: Contact


def pending() -> QuerySet[Any]:
    """Return the suggestions that wait for a human, each with the roots of its two sides as `one` and `other`.

    Those whose sides have become one person meanwhile are none any more.
    """
    return (
        MergeSuggestion.objects.filter(status=SuggestionStatus.PENDING)
        .annotate(one=Coalesce("contact__root_id", "contact_id"), other=Coalesce("candidate__root_id", "candidate_id"))
        .exclude(one=F("other"))
    )


def pending_of(contact: Contact) -> list[Suggested]:
    """Return whom this contact's person may be: for each other person the surest suggestion, the surest first."""
    mine = persons.contact_ids(contact)
    rows = pending().filter(Q(contact__in=mine) | Q(candidate__in=mine)).order_by("-score", "-id")
    best: dict[int, Any] = {}
    for row in rows:
        best.setdefault(row.other if row.one == mine[0] else row.one, row)
    found = Contact.objects.select_related("account", "workspace").prefetch_related("identities").in_bulk(best)
    return [Suggested(row, found[root]) for root, row in best.items()]


def recount(contacts: Iterable[int]) -> None:
    """Write down for these contacts (keys), and for those whom they may be, how many other persons each may be; who is
    no root has none. Persons must be held (`holding.hold_all`)."""
    wanted = set(contacts)
    known = _others(wanted)
    far = {other for others in known.values() for other in others} - wanted
    known |= _others(far)
    now = Contact.objects.filter(pk__in=known).order_by("pk").values_list("pk", "root_id", "suggestion_count")
    for pk, root, count in now.select_for_update(no_key=True):
        right = 0 if root is not None else min(MOST, len(known[pk]))
        if count != right:
            Contact.objects.filter(pk=pk).update(suggestion_count=right)


def _others(wanted: set[int]) -> dict[int, set[int]]:
    """Return by root (a key) the roots of those whom its person may be."""
    members = persons.ids_of_persons(wanted)
    root_of = {pk: root for root, mine in members.items() for pk in mine}
    others: dict[int, set[int]] = {root: set() for root in wanted}
    rows = pending().filter(Q(contact__in=root_of) | Q(candidate__in=root_of)).values_list("one", "other")
    for one, other in rows:
        if one in others:
            others[one].add(other)
        if other in others:
            others[other].add(one)
    return others
