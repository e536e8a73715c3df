"""The records behind each number of the kickoff, page by page: of conversations and events those in sight alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from inbox.desk.activity.sight import visible_events
from inbox.kickoff import records
from inbox.kickoff.figures import change_of
from inbox.kickoff.markdown import TITLES
from inbox.kickoff.records import CHANGES
from inbox.kickoff.week import Week
from inbox.kickoff.words import in_time, signed
from inbox.people.models import Teammate
from notifications import queries


@dataclass(frozen=True)
class Record:
    """One line: what it is, what more there is to say, when it was (in the week's zone), and where it leads."""

    title: str
    under: str
    at: datetime
    url: str


@dataclass(frozen=True)
class List:
    """The records of one number: `rows` finds them, `line` says one."""

    title: str
    rows: Callable[[Teammate, Week], QuerySet[Any]]
    line: Callable[[Any], Record]
    # Whether some of it may be out of the reader's sight.
    is_partial: bool = False


@dataclass(frozen=True)
class Found:
    """A page of a list; `older` is the place to go on from, "" at the end."""

    lines: list[Record]
    older: str


def page_of(which: List, teammate: Teammate, week: Week, before: str) -> Found:
    """Return a page of a list, newest first, beyond the place `before`. A place that is not known is the beginning."""
    rows, older = queries.page_of(which.rows(teammate, week), teammate.workspace_id, before)
    lines = [which.line(row) for row in rows]
    return Found([replace(line, at=line.at.astimezone(week.zone)) for line in lines], older)


def _changes(category: str) -> List:
    def rows(teammate: Teammate, week: Week) -> QuerySet[Any]:
        found = records.changes(teammate.workspace, week).filter(category=category)
        return found.filter(pk__in=visible_events(teammate).values("pk"))

    return List(TITLES[category], rows, _change)


def _change(event: Any) -> Record:
    change = change_of(event)
    money = f"{signed(change.worth, change.currency)}/month" if change.worth is not None else ""
    under = " · ".join(part for part in (change.plan, money, change.reason) if part)
    return Record(event.title, under, event.occurred_at, _event_url(event))


def _scores(teammate: Teammate, week: Week) -> QuerySet[Any]:
    return records.scores(teammate.workspace, week).filter(pk__in=visible_events(teammate).values("pk"))


def _score(event: Any) -> Record:
    return Record(event.title, event.body.partition("\n")[0], event.occurred_at, _event_url(event))


def _event_url(event: Any) -> str:
    return reverse("activity-event", kwargs={"public_id": event.public_id})


def _signups(teammate: Teammate, week: Week) -> QuerySet[Any]:
    return records.signups(teammate.workspace, week).select_related("account")


def _signup(contact: Any) -> Record:
    url = reverse("contact", kwargs={"public_id": contact.public_id})
    under = " · ".join(part for part in (contact.email, contact.account.name if contact.account else "") if part)
    return Record(contact.display_name, under, contact.signed_up_at, url)


def _conversations(teammate: Teammate, week: Week) -> QuerySet[Any]:
    found = records.conversations(teammate.workspace, week).visible_to(teammate)
    return found.select_related("contact__root")


def _answered(teammate: Teammate, week: Week) -> QuerySet[Any]:
    return _conversations(teammate, week).filter(first_reply_at__isnull=False)


def _conversation(conversation: Any) -> Record:
    first = conversation.first_reply_at
    under = f"first reply after {in_time(first - conversation.created_at)}" if first is not None else "not answered yet"
    url = reverse("inbox-conversation", kwargs={"view": "all", "number": conversation.number})
    title = f"#{conversation.number}, {conversation.contact.person.display_name}"
    return Record(title, under, conversation.created_at, url)


LISTS = {
    **{category: _changes(category) for category in CHANGES},
    "scores": List("Scores", _scores, _score, is_partial=True),
    "signups": List("Sign-ups", _signups, _signup),
    "conversations": List("Conversations opened", _conversations, _conversation, is_partial=True),
    "answered": List("Conversations answered", _answered, _conversation, is_partial=True),
}
