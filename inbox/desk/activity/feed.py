"""Which events the Activity page shows: what its address asks for, within what the teammate may see."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from inbox.desk.activity.medium import icon
from inbox.desk.activity.sight import visible_events
from inbox.models import Account, Contact
from inbox.people.models import Teammate, Workspace
from inbox.people.permissions import Permission
from notifications import queries
from notifications.models import Event
from notifications.queries import EventFilter, Mark
from notifications.words import Severity, Topic

TIMES = {"1h": "Last hour", "24h": "Last 24 hours", "7d": "Last 7 days", "30d": "Last 30 days"}
_SPANS = {"1h": timedelta(hours=1), "24h": timedelta(days=1), "7d": timedelta(days=7), "30d": timedelta(days=30)}
STATES = {"open": "Open", "settled": "Settled"}
MOST_PEOPLE = 200
TOPIC_WORDS = {
    "critical-errors": "Critical errors", "errors": "Errors", "financials": "Financials",
    "user-behavior": "User behavior", "application-stats": "Stats", "client-feedback": "Feedback",
    "conversations": "Conversations", "audit": "Audit",
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What the address asks for. Nonsense in it counts as nothing asked."""

    topic: str = ""
    kind: str = ""
    severity: str = ""
    time: str = ""
    state: str = ""
    words: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> Asked:
        def one_of(name: str, known: Sequence[str]) -> str:
            return value if (value := query.get(name, "")) in known else ""

        return cls(
            topic=one_of("topic", Topic.values),
            kind=query.get("kind", "").strip().replace("\0", "")[:80],
            severity=one_of("severity", [word for _, word in Severity.choices]),
            time=one_of("time", list(TIMES)),
            state=one_of("state", list(STATES)),
            words=" ".join(query.get("q", "").replace("\0", "").split())[:100],
        )

    def __bool__(self) -> bool:
        return bool(self.query())

    def query(self, **more: str) -> str:
        """Return this as the query of an address ("?topic=errors"), "" for nothing; `more` takes precedence."""
        values = {"topic": self.topic, "kind": self.kind, "severity": self.severity, "time": self.time,
                  "state": self.state, "q": self.words, **more}  # fmt: skip
        kept = {name: value for name, value in values.items() if value}
        return f"?{urlencode(kept)}" if kept else ""

    def events(self, teammate: Teammate) -> QuerySet[Event]:
        """Return the events asked for that the teammate may see."""
        since = timezone.now() - _SPANS[self.time] if self.time else None
        events = EventFilter(
            topic=self.topic,
            kind=self.kind,
            severity=Severity.of(self.severity) if self.severity else Severity.INFO,
            since=since,
            open={"open": True, "settled": False}.get(self.state),
        ).on(visible_events(teammate))
        if not self.words:
            return events
        contacts, accounts = people(teammate.workspace, self.words)
        return queries.about(events, self.words, contacts, accounts)


def people(workspace: Workspace, words: str) -> tuple[list[uuid.UUID], list[str]]:
    """Return the contacts (public ids) and accounts (external ids) that words name: by name, email, phone, or id."""
    contacts = Contact.objects.filter(workspace=workspace).filter(
        Q(name__icontains=words)
        | Q(email__icontains=words)
        | Q(external_id=words)
        | Q(pk__in=workspace.identities.filter(value=words.lower()).values("contact"))
    )
    accounts = Account.objects.filter(workspace=workspace).filter(
        Q(name__icontains=words) | Q(domain__iexact=words) | Q(external_id=words)
    )
    roots = {contact.root_id or contact.pk for contact in contacts.order_by("-id")[:MOST_PEOPLE]}
    people = Contact.objects.filter(Q(pk__in=roots) | Q(root_id__in=roots))
    return (
        list(people.order_by("-id").values_list("public_id", flat=True)[: 2 * MOST_PEOPLE]),
        list(accounts.order_by("-id").values_list("external_id", flat=True)[:MOST_PEOPLE]),
    )


@dataclass(frozen=True)
class Line:
    """A row of the feed: an event, or a run of equal ones, told by the newest. `ids` are those of all, newest first."""

    event: Event
    ids: list[str]
    first_at: datetime
    tone: str
    under: str
    marks: list[tuple[str, Mark]]


def lines(events: Sequence[Event]) -> list[Line]:
    """Return events (newest first) as rows of the feed; equal ones in a row are one. One query."""
    marks = queries.marks_of(events)
    runs: list[list[Event]] = []
    for event in events:
        if runs and _equal(runs[-1][0], event):
            runs[-1].append(event)
        else:
            runs.append([event])
    return [
        Line(
            event=run[0],
            ids=[str(event.public_id) for event in run],
            first_at=run[-1].occurred_at,
            tone=tone_of(run[0]),
            under=under(run[0]),
            marks=[(icon(mark.transport), mark) for mark in marks.get(run[0].pk, [])],
        )
        for run in runs
    ]


def _equal(one: Event, other: Event) -> bool:
    same = (one.kind, one.group_key, one.title) == (other.kind, other.group_key, other.title)
    return same and (one.settled_at is None) == (other.settled_at is None)


def tone_of(event: Event) -> str:
    """Return the colour that an event's icon has."""
    if event.severity >= Severity.ERROR:
        return "bad"
    if event.severity == Severity.WARNING:
        return "wait"
    return {Topic.FINANCIALS: "ok", Topic.USER_BEHAVIOR: "ok", Topic.CONVERSATIONS: "at"}.get(Topic(event.topic), "off")


def under(event: Event) -> str:
    """Return the second line of a row: what more is known, in one line."""
    first = event.body.strip().split("\n", 1)[0][:160]
    names = [event.account_name] if event.account_name and event.account_name not in event.title else []
    by = [f"by {event.actor_name}"] if event.actor_name and event.actor_name not in event.title else []
    return " · ".join(part for part in (first, *names, *by) if part) or event.kind


def topics_for(teammate: Teammate) -> list[tuple[str, str]]:
    """Return the topics that a teammate can choose from, with their words."""
    sees_audit = teammate.may(Permission.SEE_AUDIT)
    return [(key, words) for key, words in TOPIC_WORDS.items() if key != Topic.AUDIT or sees_audit]
