"""What a route may be made of: each field checked, with what to do about a problem."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from inbox.people.models import Workspace
from notifications.conditions import ConditionRefused, check_condition
from notifications.models import Rule
from notifications.transports import all_transports
from notifications.wording import TemplateRefused, check_template
from notifications.words import Severity, Topic

# All that a caller may set, in the order of a form.
FIELDS = (
    "name", "purpose", "enabled", "is_fallback", "kinds", "topics", "min_severity", "takes_private", "condition",
    "transport", "address", "template", "silent", "group_seconds", "cap", "cap_seconds", "delay_seconds", "quiet",
    "muted_until",
)  # fmt: skip
_TEXTS = {"name": 80, "purpose": 300, "condition": 2000, "template": 10_000}
_FLAGS = ("enabled", "is_fallback", "takes_private", "silent")
_DAY = 24 * 3600
_NUMBERS = {"group_seconds": (0, _DAY), "cap": (0, 10_000), "cap_seconds": (1, _DAY), "delay_seconds": (0, 7 * _DAY)}
_PATTERN = re.compile(r"[a-z0-9_*-]+(\.[a-z0-9_*-]+){0,3}")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_MOST_KINDS = 50


class RouteRefused(ValueError):
    """A route cannot be saved as asked. `problems` says what is wrong, by field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(" ".join(f"{name}: {text}" for name, text in self.problems.items()))


def checked(workspace: Workspace, values: Mapping[str, Any], rule: Rule | None) -> dict[str, Any]:
    """Return the values as they are kept. `rule` is the one they change. Raises RouteRefused with every problem."""
    problems: dict[str, str] = {}
    kept: dict[str, Any] = {}
    for name, value in values.items():
        try:
            kept[name] = clean(name, value)
        except ValueError as error:
            problems[name] = str(error)
    if rule is None:
        asked = {"name": "Give the route a name.", "transport": "Choose how to tell."}
        problems |= {name: what for name, what in asked.items() if name not in values}
    if not problems.keys() & {"transport", "address"}:
        _check_address(workspace, kept, rule, problems)
    if problems:
        raise RouteRefused(problems)
    return kept


def clean(name: str, value: Any) -> Any:
    """Return one field as it is kept. Raises ValueError, in words."""
    if name in _TEXTS:
        return _text(name, value)
    if name in _FLAGS:
        if not isinstance(value, bool):
            raise ValueError("Say true or false.")
        return value
    if name in _NUMBERS:
        return _number(name, value)
    reader = _READERS.get(name)
    if reader is None:
        raise ValueError("A route has no such field.")
    return reader(value)


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("Write text.")
    text = value.replace("\r\n", "\n").replace("\0", "").strip()
    if name in ("name", "purpose"):
        text = " ".join(text.split())
    if name == "name" and not text:
        raise ValueError("Give the route a name.")
    if len(text) > _TEXTS[name]:
        raise ValueError(f"Write at most {_TEXTS[name]} characters.")
    try:
        if name == "condition":
            check_condition(text)
        if name == "template":
            check_template(text)
    except (ConditionRefused, TemplateRefused) as error:
        raise ValueError(str(error)) from None
    return text


def _number(name: str, value: Any) -> int:
    least, most = _NUMBERS[name]
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"Give a whole number from {least} to {most}.")
    return value


def _strings(value: Any) -> list[str]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise ValueError("Give a list of words.")
    return list(dict.fromkeys(item.strip() for item in value if item.strip()))


def _kinds(value: Any) -> list[str]:
    kinds = _strings(value)
    if len(kinds) > _MOST_KINDS:
        raise ValueError(f"Name at most {_MOST_KINDS} kinds; a * stands for any part.")
    for kind in kinds:
        if len(kind) > 80 or not _PATTERN.fullmatch(kind):
            raise ValueError(f"“{kind[:80]}” is no kind of event. Write it as payment.failed, or payment.* for all.")
    return kinds


def _topics(value: Any) -> list[str]:
    topics = _strings(value)
    for topic in topics:
        if topic not in Topic.values:
            raise ValueError(f"There is no topic “{topic[:40]}”. There are {', '.join(Topic.values)}.")
    return topics


def _severity(value: Any) -> int:
    words = {str(label): number for number, label in Severity.choices}
    found = words.get(value) if isinstance(value, str) else value
    if isinstance(found, bool) or not isinstance(found, int) or found not in Severity.values:
        raise ValueError(f"Choose one of {', '.join(words)}.")
    return int(found)


def _transport(value: Any) -> str:
    known = [name for name, transport in all_transports().items() if transport.for_routes]
    if value not in known:
        raise ValueError(f"Choose one of {', '.join(known)}.")
    return str(value)


def _address(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 320 or not value.strip().isprintable():
        raise ValueError("Write an address of at most 320 characters.")
    return value.strip()


def _quiet(value: Any) -> dict[str, str]:
    if not value:
        return {}
    if not isinstance(value, dict) or set(value) != {"from", "to"}:
        raise ValueError('Give {"from": "22:00", "to": "07:00"}, or nothing.')
    if not all(isinstance(at, str) and _CLOCK.fullmatch(at) for at in value.values()):
        raise ValueError("Give both times as hours and minutes: 22:00.")
    if value["from"] == value["to"]:
        raise ValueError("Quiet hours begin and end at different times.")
    return {"from": value["from"], "to": value["to"]}


def _muted_until(value: Any) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, datetime) or timezone.is_naive(value):
        raise ValueError("Give a moment with its time zone, or nothing.")
    return value


_READERS: dict[str, Callable[[Any], Any]] = {
    "kinds": _kinds,
    "topics": _topics,
    "min_severity": _severity,
    "transport": _transport,
    "address": _address,
    "quiet": _quiet,
    "muted_until": _muted_until,
}


def _check_address(workspace: Workspace, clean: dict[str, Any], rule: Rule | None, problems: dict[str, str]) -> None:
    """Have the transport look at its address, where either of the two is new."""
    name = clean.get("transport", rule.transport if rule else "")
    address = clean.get("address", rule.address if rule else "")
    if rule is not None and (name, address) == (rule.transport, rule.address):
        return
    transport = all_transports().get(name)
    if transport is None:
        return
    try:
        clean["address"] = transport.clean_address(workspace, address)
    except ValueError as error:
        problems["address"] = str(error)
