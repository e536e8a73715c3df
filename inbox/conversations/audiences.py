"""Whom the events of conversations are for, among teammates; and how these stand to what they are told of."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from inbox.conversations.sight import pairs_in_sight
from inbox.models import Conversation, Follow, ReadMarker
from inbox.people.models import Teammate, TeamMembership
from inbox.presence import who_looks
from notifications.models import Event
from notifications.personal.choices import Choice
from notifications.personal.standing import Place, Standing

Audience = Mapping[int, Collection[int]]
Choosers = Mapping[int, Collection[int]]


def standings(places: Collection[Place]) -> dict[Place, Standing]:
    """Return how each teammate stands to each place: a constant number of queries."""
    pairs = {(place.teammate, place.conversation) for place in places}
    seen = pairs_in_sight(pairs)
    read = _read_to(pairs)
    looking = who_looks(pairs & seen)
    found = {}
    for place in places:
        pair = (place.teammate, place.conversation)
        if pair not in seen:
            found[place] = Standing.NO_SIGHT
        elif place.seq is not None and read.get(pair, 0) >= place.seq:
            found[place] = Standing.READ
        else:
            found[place] = Standing.IN_FRONT if pair in looking else Standing.UNREAD
    return found


def _read_to(pairs: Collection[tuple[int, uuid.UUID]]) -> dict[tuple[int, uuid.UUID], int]:
    markers = ReadMarker.objects.filter(
        teammate__in={mate for mate, _ in pairs}, conversation__public_id__in={public_id for _, public_id in pairs}
    )
    rows = markers.values_list("teammate", "conversation__public_id", "seq")
    return {(mate, public_id): seq for mate, public_id, seq in rows}


def named(events: Sequence[Event], choosers: Choosers) -> Audience:
    """Return who was named in the note that each event tells of."""
    ids = {event.pk: event.data.get("teammate") for event in events}
    mates = dict(Teammate.objects.filter(public_id__in=_uuids(ids.values())).values_list("public_id", "pk"))
    known = {str(public_id): pk for public_id, pk in mates.items()}
    return {pk: [known[value]] for pk, value in ids.items() if value in known}


def given(events: Sequence[Event], choosers: Choosers) -> Audience:
    """Return to whom each conversation was given."""
    handles = {event.pk: str(event.data.get("assignee") or "").removeprefix("@") for event in events}
    wanted = Q(handle__in=set(handles.values()), workspace__in={event.workspace_id for event in events})
    mates = Teammate.objects.filter(wanted).values_list("workspace", "handle", "pk")
    known = {(workspace, handle): pk for workspace, handle, pk in mates}
    found = {event.pk: known.get((event.workspace_id, handles[event.pk])) for event in events}
    return {event: [pk] for event, pk in found.items() if pk is not None}


def of_team(events: Sequence[Event], choosers: Choosers) -> Audience:
    """Return those who want to hear of new conversations in their teams, or in none: of each that a contact began."""
    begun = [event for event in events if event.conversation and event.data.get("by") == "contact"]
    teams = dict(
        Conversation.objects.filter(public_id__in=[event.conversation for event in begun]).values_list(
            "public_id", "team"
        )
    )
    inside: dict[int, set[int]] = defaultdict(set)
    rows = TeamMembership.objects.filter(team__in={team for team in teams.values() if team})
    for pk, mate in rows.values_list("team", "teammate"):
        inside[pk].add(mate)
    found = {}
    for event in begun:
        wanting = set(choosers.get(event.workspace_id, ()))
        team = teams.get(event.conversation) if event.conversation else None
        found[event.pk] = wanting & inside[team] if team else wanting
    return found


def following(events: Sequence[Event], choosers: Choosers) -> Audience:
    """Return who followed the conversation that each event tells of, when it was tracked."""
    theirs: dict[uuid.UUID, list[tuple[int, datetime]]] = defaultdict(list)
    rows = Follow.objects.filter(
        workspace__in={event.workspace_id for event in events},
        conversation__public_id__in={event.conversation for event in events if event.conversation},
        is_muted=False,
    )
    for public_id, mate, since in rows.values_list("conversation__public_id", "teammate", "created_at"):
        theirs[public_id].append((mate, since))
    return {
        event.pk: [mate for mate, since in theirs[event.conversation] if since <= event.created_at]
        for event in events
        if event.conversation
    }


def _uuids(values: Collection[object]) -> list[uuid.UUID]:
    found = []
    for value in values:
        try:
            found.append(uuid.UUID(str(value)))
        except ValueError:
            continue
    return found


_A_WEEK = 7 * 24 * 3600

CHOICES = (
    Choice(
        key="mention",
        title="Mentions",
        says="Somebody names you, your team or @here in a note.",
        why="you were named in a note",
        kinds=("mention.created",),
        audience=named,
        on=("inapp", "push", "email"),
    ),
    Choice(
        key="assigned",
        title="Given to me",
        says="Somebody gives you a conversation.",
        why="the conversation was given to you",
        kinds=("conversation.assigned",),
        audience=given,
        on=("inapp", "push"),
    ),
    Choice(
        key="followed",
        title="Replies I follow",
        says="The customer writes in a conversation that you wrote in, were named in or were given.",
        why="you follow the conversation",
        kinds=("message.received",),
        audience=following,
        on=("inapp", "push"),
        # One line, and one note on the phone, until it is read: a customer may write ten lines in a row.
        grouped={"inapp": _A_WEEK, "push": _A_WEEK, "slack": 600},
    ),
    Choice(
        key="new_conversation",
        title="New conversations",
        says="A customer begins one in a team of yours, or in no team yet.",
        why="it is in a team of yours, or in none yet",
        kinds=("conversation.started",),
        audience=of_team,
    ),
)
