"""What a teammate is told of, over what: the lines and columns of Settings → Notifications."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from inbox.people.models import Teammate
from notifications import bounces
from notifications.personal.choices import WAYS, Choice, all_choices
from notifications.personal.preferences import choose, chosen
from notifications.transports import all_transports

NAMES = {"inapp": "Desk", "push": "Push", "email": "Email", "slack": "Slack"}
ICONS = {"inapp": "inbox", "push": "smartphone", "email": "mail", "slack": "hash"}


@dataclass(frozen=True)
class Way:
    """A column: one way to be told. `state` is where it leads ("2 browsers"), `problem` a sentence that says what is
    missing, "" where it works."""

    key: str
    name: str
    icon: str
    state: str
    problem: str = ""


@dataclass(frozen=True)
class Box:
    """One way to be told of one thing, and whether it is on. `field` is its name in the form."""

    way: Way
    field: str
    is_on: bool


@dataclass(frozen=True)
class Line:
    """One thing to be told of."""

    choice: Choice
    boxes: tuple[Box, ...]


def matrix(teammate: Teammate, devices: Collection[Any]) -> dict[str, Any]:
    """Return `ways` and `lines` for the page. `devices` are the browsers where push is on. A constant number of
    queries."""
    choices = all_choices()
    wanted = chosen([teammate.pk], choices.values())
    ways = [way for key in WAYS if (way := _way(key, teammate, devices)) is not None]
    lines = [
        Line(choice, tuple(Box(way, f"{key}.{way.key}", way.key in wanted[teammate.pk, key]) for way in ways))
        # What is theirs by itself comes first.
        for key, choice in sorted(choices.items(), key=lambda pair: not pair[1].on)
    ]
    return {"ways": ways, "lines": lines, "bounce": bounces.bounced(teammate.email) if teammate.email else None}


def save(teammate: Teammate, sent: QueryDict) -> None:
    """Turn on what is ticked in the whole form, and off what is not."""
    wanted = chosen([teammate.pk], all_choices().values())
    known = all_transports()
    for key in all_choices():
        for way in (way for way in WAYS if way in known):
            on = f"{key}.{way}" in sent
            if on != (way in wanted[teammate.pk, key]):
                choose(teammate, key, way, on)


def _way(key: str, teammate: Teammate, devices: Collection[Any]) -> Way | None:
    """Return a column, None where there is no such transport here."""
    transport = all_transports().get(key)
    if transport is None:
        return None
    state, problem = {"push": _push, "email": _email}.get(key, _other)(teammate, devices)
    if missing := transport.missing(teammate.workspace):
        state, problem = "not connected", missing
    return Way(key, NAMES[key], ICONS[key], state, problem)


def _push(teammate: Teammate, devices: Collection[Any]) -> tuple[str, str]:
    if not devices:
        return "no browser yet", "Push is turned on in no browser yet: turn it on below, in each browser and phone."
    return f"{len(devices)} browser{'' if len(devices) == 1 else 's'}", ""


def _email(teammate: Teammate, devices: Collection[Any]) -> tuple[str, str]:
    if not teammate.email:
        return "no address", "You have no email address here. Ask an owner or admin to invite you with one."
    if bounces.bounced(teammate.email) is not None:
        return "came back", f"Mail to {teammate.email} came back, so no more is sent there."
    return teammate.email, ""


def _other(teammate: Teammate, devices: Collection[Any]) -> tuple[str, str]:
    return "", ""
