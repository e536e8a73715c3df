"""From events to deliveries for single teammates, by their preferences: a part of routing, in its transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox.people.models import Teammate
from notifications.models import Event, Rule, Schedule
from notifications.personal import quiet
from notifications.personal.choices import WAYS, Choice, all_choices
from notifications.personal.preferences import Chosen, choosers, chosen
from notifications.personal.standing import Place, Standing, standings
from notifications.storing import NewDelivery
from notifications.words import Cause, Face, Status


@dataclass(frozen=True)
class Wanted:
    """That an event is one of a choice's, and for this teammate."""

    event: Event
    choice: Choice
    teammate: Teammate


def deliveries(events: Sequence[Event], now: datetime) -> list[tuple[NewDelivery, str]]:
    """Return what single teammates are to be told of these events (with their workspaces), each with its group key.

    Nobody is told of what they did themselves, or of what they may not see. A number of queries that does not grow with
    events or teammates.
    """
    wanted = _wanted(events)
    if not wanted:
        return []
    mates = {one.teammate.pk for one in wanted}
    choices = chosen(mates, {one.choice.key: one.choice for one in wanted}.values())
    schedules = quiet.schedules_of(mates)
    rows: list[tuple[NewDelivery, str]] = []
    for one in wanted:
        rows += _of_one(one, choices, schedules.get(one.teammate.pk), now)
    return rows


def meant_for(event: Event, teammate: Teammate) -> list[Choice]:
    """Return the choices by which an event is for a teammate, whether they turned them on or not; without asking
    whether they may see it. A number of queries that does not grow."""
    own = {event.workspace_id: {teammate.pk}}
    taking = [choice for choice in all_choices().values() if choice.takes(event.kind)]
    return [choice for choice in taking if teammate.pk in choice.audience([event], own).get(event.pk, ())]


def _wanted(events: Sequence[Event]) -> list[Wanted]:
    asked: list[tuple[Event, Choice, int]] = []
    for choice in all_choices().values():
        fitting = [event for event in events if choice.takes(event.kind)]
        if not fitting:
            continue
        known = {} if choice.on else choosers({event.workspace_id for event in fitting}, choice)
        if not choice.on and not any(known.values()):
            continue
        told = choice.audience(fitting, known)
        asked += [(event, choice, pk) for event in fitting for pk in sorted(told.get(event.pk, ()))]
    asked = [(event, choice, pk) for event, choice, pk in asked if pk != event.actor_id or choice.tells_actor]
    if not asked:
        return []
    mates = Teammate.objects.active().select_related("user").in_bulk({pk for _, _, pk in asked})
    seen = _in_sight(asked)
    found = []
    for event, choice, pk in asked:
        mate = mates.get(pk)
        if mate is None or mate.workspace_id != event.workspace_id or (event.pk, pk) not in seen:
            continue
        mate.workspace = event.workspace
        found.append(Wanted(event, choice, mate))
    return found


def _in_sight(asked: Iterable[tuple[Event, Choice, int]]) -> set[tuple[int, int]]:
    """Return the keys of those events and teammates of which the one may see where the other happened."""
    asked = list(asked)
    places = {Place(pk, event.conversation, None) for event, _, pk in asked if event.conversation is not None}
    known = standings(places)
    return {
        (event.pk, pk)
        for event, _, pk in asked
        if event.conversation is None or known[Place(pk, event.conversation, None)] != Standing.NO_SIGHT
    }


def _of_one(one: Wanted, choices: Chosen, schedule: Schedule | None, now: datetime) -> list[tuple[NewDelivery, str]]:
    ways = choices[one.teammate.pk, one.choice.key]
    silent_until = quiet.quiet_until(one.teammate, schedule, now)
    place = one.event.conversation or one.event.group_key
    return [(_fresh(one, way, silent_until, now), f"{one.choice.key}|{place}") for way in WAYS if way in ways]


def _fresh(one: Wanted, way: str, silent_until: datetime | None, now: datetime) -> NewDelivery:
    event, choice, mate = one.event, one.choice, one.teammate
    due_at, window = now, choice.grouped.get(way, 0)
    if way == "email":
        due_at = max(now + timedelta(seconds=event.workspace.email_after_seconds), silent_until or now)
        # One letter for all that comes until it goes out.
        window = int((due_at - now).total_seconds())
    row = NewDelivery(
        event,
        # No row of its own: what names it is the choice. It says where, and in what time equal ones share a message.
        Rule(
            workspace_id=event.workspace_id, face=Face.PREFERENCE, teammate=mate, name=choice.key, transport=way,
            address=f"@{mate.handle}", group_seconds=window,
        ),
        choice.rule_key,
        f"preference {choice.title}: {choice.why}"[:300],
        due_at=due_at,
        teammate=mate.pk,
        conversation=event.conversation,
        seq=_seq(event),
    )  # fmt: skip
    if way in quiet.LOUD and silent_until is not None:
        row.due_at, row.status, row.cause = None, Status.SUPPRESSED, Cause.QUIET
    return row


def _seq(event: Event) -> int | None:
    # Where an edit made it news, who had read the place before has not read that.
    seq = (event.data.get("edited_seq") or event.data.get("seq")) if event.conversation is not None else None
    return seq if isinstance(seq, int) else None
