"""The questions that are asked of events and deliveries, page by page: by keys, never by OFFSET, never with a count."""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q, QuerySet

from notifications.models import Delivery, Event
from notifications.words import Cause, Severity, Status

# Names are looked for among so many of the newest events; what is known by its id is found however old it is.
NAMES_WITHIN = 20_000
PAGE = 50

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class EventFilter:
    """Which events are asked for. `kind` may hold a * ("payment.*"), `open` is None for both; "" and None: any."""

    topic: str = ""
    kind: str = ""
    severity: int = Severity.INFO
    since: datetime | None = None
    until: datetime | None = None
    open: bool | None = None

    def on(self, events: QuerySet[Event]) -> QuerySet[Event]:
        """Return those of `events` that are asked for."""
        if self.topic:
            events = events.filter(topic=self.topic)
        if self.kind:
            pattern = ".*".join(re.escape(part) for part in self.kind.split("*"))
            events = events.filter(kind__regex=f"^{pattern}$") if "*" in self.kind else events.filter(kind=self.kind)
        if self.severity > Severity.INFO:
            events = events.filter(severity__gte=self.severity)
        if self.since is not None:
            events = events.filter(occurred_at__gte=self.since)
        if self.until is not None:
            events = events.filter(occurred_at__lt=self.until)
        if self.open is not None:
            events = events.filter(settled_at__isnull=self.open)
        return events


def about(
    events: QuerySet[Event], words: str, contacts: Iterable[uuid.UUID], accounts: Iterable[str]
) -> QuerySet[Event]:
    """Return those events that are about one of these contacts or accounts, or that had these words in a name, in their
    kind or in their title. For the words, the newest NAMES_WITHIN events are looked at."""
    known = Q(contact__in=list(contacts)) | Q(account__in=list(accounts))
    said = Q(contact_name__icontains=words) | Q(account_name__icontains=words)
    said |= Q(title__icontains=words) | Q(kind__icontains=words) | Q(actor_name__icontains=words)
    newest = events.order_by("-id").values("pk")[:NAMES_WITHIN]
    return events.filter(known | Q(pk__in=newest) & said)


def page_of(rows: QuerySet[Row], workspace: int, before: str = "", size: int = PAGE) -> tuple[list[Row], str]:
    """Return `size` of a workspace's rows, newest first, older than the one with the public id `before` ("": the
    newest), and the public id to go on from ("": that is all).

    `workspace` is its key: a place of another one, like an unknown one, is the beginning. The place need not be among
    `rows` any more, as what failed may have been sent since.
    """
    place = _uuid(before)
    if place is not None:
        known = rows.model._default_manager.filter(workspace=workspace, public_id=place)
        last = known.values_list("pk", flat=True).first()
        rows = rows.filter(pk__lt=last) if last is not None else rows
    found = list(rows.order_by("-pk")[: size + 1])
    more = len(found) > size
    return found[:size], str(found[size - 1].public_id) if more else ""  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Mark:
    """How a transport stands with one event: its name, and the gravest of what became of its deliveries."""

    transport: str
    status: str


_GRAVEST = (Status.FAILED, Status.PENDING, Status.SENDING, Status.SENT, Status.SUPPRESSED, Status.SETTLED)


def marks_of(events: Sequence[Event]) -> dict[int, list[Mark]]:
    """Return by event which transports told of it, and how that went. One query."""
    rows = Delivery.objects.filter(event__in=[event.pk for event in events])
    found: dict[int, dict[str, str]] = defaultdict(dict)
    told = (
        rows.order_by("event_id").values_list("event_id", "transport", "status", "cause", "posting__told_at").distinct()
    )
    for event, transport, status, cause, told_at in told:
        # Counted into a message that is out there: told.
        if status == Status.SUPPRESSED and cause == Cause.GROUPED and told_at is not None:
            status = Status.SENT
        known = found[event].get(transport)
        if known is None or _GRAVEST.index(Status(status)) < _GRAVEST.index(Status(known)):
            found[event][transport] = status
    return {event: [Mark(*pair) for pair in sorted(by.items())] for event, by in found.items()}


def deliveries_of(event: Event) -> QuerySet[Delivery]:
    """Return an event's deliveries, in the order of their making, with what a page says of them."""
    return Delivery.objects.filter(event=event).select_related("rule", "posting").order_by("id")


def before_it(events: QuerySet[Event], event: Event) -> Event | None:
    """Return the one of `events` that is equal to `event` and came last before it, if it is among the last 1,000 of
    its kind."""
    near = events.filter(kind=event.kind, pk__lt=event.pk).order_by("-id").values("pk")[:1000]
    return events.filter(pk__in=near, group_key=event.group_key, title=event.title).order_by("-id").first()


def _uuid(text: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None
