"""What an automation may be made of: each field checked, with what to do about a problem."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from inbox.people.models import Team, Teammate, Workspace
from inbox.people.models.workspaces import Role
from inbox.people.permissions import Permission
from notifications import route_values
from notifications.automations import liquid
from notifications.models import Audience, Automation, QuietZone
from notifications.wording import TemplateRefused

# What may go where. A transport that is not there (of an app that is not installed) cannot be chosen.
CHANNELS: dict[str, tuple[str, ...]] = {
    Audience.ACTOR: ("email", "inapp"),
    Audience.CONTACT: ("email", "chat"),
    Audience.TEAMMATES: ("email", "inapp"),
}
# Fields of the rule, and those beside it, in the order of a form. `channel` is the rule's transport.
OF_RULE = ("name", "enabled", "kinds", "condition", "channel", "delay_seconds")
BESIDE = (
    "audience", "roles", "skills", "teams", "permissions", "sender", "subject", "body", "is_transactional", "most",
    "most_seconds", "quiet", "quiet_zone",
)  # fmt: skip
FIELDS = (*OF_RULE, *BESIDE)
# What is no part of a version: a message is switched on and off without being another one.
STATE = ("enabled",)
_DAY = 24 * 3600
_NUMBERS = {"delay_seconds": (0, 90 * _DAY), "most": (0, 1000), "most_seconds": (0, 366 * _DAY)}
_TEXTS = {"name": 80, "subject": 300, "body": 10_000}
_ASKED = {
    "name": "Give the message a name.",
    "kinds": "Say on what kind of event: contact.signed_up, say.",
    "audience": "Choose whom it is for.",
    "channel": "Choose how it goes out.",
    "subject": "Write a subject.",
    "body": "Write what it says.",
}


class AutomationRefused(ValueError):
    """An automation cannot be saved as asked. `problems` says what is wrong, by field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(" ".join(f"{name}: {text}" for name, text in self.problems.items()))


def values_of(automation: Automation) -> dict[str, Any]:
    """Return the fields of an automation (its rule must be loaded, and its sender), as `checked` returns them."""
    rule = automation.rule
    found = {name: getattr(rule, name) for name in OF_RULE if name != "channel"} | {"channel": rule.transport}
    found |= {name: getattr(automation, name) for name in BESIDE if name != "sender"}
    found["sender"] = f"@{automation.sender.handle}" if automation.sender is not None else ""
    return {name: found[name] for name in FIELDS}


def fresh() -> dict[str, Any]:
    """Return the fields of an automation of which nothing was said yet."""
    return {
        "name": "", "enabled": False, "kinds": [], "condition": "", "channel": "email", "delay_seconds": 0,
        "audience": Audience.CONTACT.value, "roles": [], "skills": [], "teams": [], "permissions": [], "sender": "",
        "subject": "", "body": "", "is_transactional": False, "most": 0, "most_seconds": 0, "quiet": {},
        "quiet_zone": QuietZone.RECIPIENT.value,
    }  # fmt: skip


def checked(workspace: Workspace, values: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return all fields as they are kept: `before` (None: those of a new one) with `values` in it.

    Raises AutomationRefused with every problem.
    """
    problems: dict[str, str] = {}
    clean = dict(before or fresh())
    for name, value in values.items():
        try:
            clean[name] = _clean(workspace, name, value)
        except ValueError as error:
            problems[name] = str(error)
    problems |= {name: what for name, what in _ASKED.items() if not clean[name] and name not in problems}
    if not problems.keys() & {"audience", "channel"}:
        _check_channel(clean, problems)
    if problems:
        raise AutomationRefused(problems)
    return {name: clean[name] for name in FIELDS}


def _clean(workspace: Workspace, name: str, value: Any) -> Any:
    if name in _NUMBERS:
        return _number(name, value)
    if name in _TEXTS:
        return _text(name, value)
    if name in ("kinds", "condition", "quiet"):
        return _of_route(name, value)
    if name in ("enabled", "is_transactional"):
        if not isinstance(value, bool):
            raise ValueError("Say true or false.")
        return value
    if name in _CHOICES:
        return _one_of(value, _CHOICES[name])
    reader = _READERS.get(name)
    if reader is None:
        raise ValueError("A message has no such field.")
    return reader(workspace, value)


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("Write text.")
    text = value.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()
    if name != "body":
        text = " ".join(text.split())
    if len(text) > _TEXTS[name]:
        raise ValueError(f"Write at most {_TEXTS[name]:,} characters.")
    try:
        if name in ("subject", "body"):
            liquid.check(text)
    except TemplateRefused as error:
        raise ValueError(str(error)) from None
    return text


def _number(name: str, value: Any) -> int:
    least, most = _NUMBERS[name]
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"Give a whole number from {least} to {most}.")
    return value


def _of_route(name: str, value: Any) -> Any:
    """These fields are as a route has them."""
    return route_values.clean(name, value)


def _one_of(value: Any, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ValueError(f"Choose one of {', '.join(known)}.")
    return str(value)


def _strings(value: Any, most: int = 50) -> list[str]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise ValueError("Give a list of words.")
    found = list(dict.fromkeys(item.strip() for item in value if item.strip()))
    if len(found) > most:
        raise ValueError(f"Name at most {most}.")
    return found


def _roles(workspace: Workspace, value: Any) -> list[str]:
    return _among(_strings(value), Role.values, "role")


def _permissions(workspace: Workspace, value: Any) -> list[str]:
    return _among([word.lower() for word in _strings(value)], [one.name.lower() for one in Permission], "permission")


def _skills(workspace: Workspace, value: Any) -> list[str]:
    found = _strings(value)
    if any(len(skill) > 50 for skill in found):
        raise ValueError("A skill has at most 50 letters.")
    return found


def _teams(workspace: Workspace, value: Any) -> list[str]:
    given = [handle.removeprefix("@").lower() for handle in _strings(value)]
    there = set(Team.objects.filter(workspace=workspace, handle__in=given).values_list("handle", flat=True))
    return _among(given, sorted(there), "team")


def _among(given: list[str], known: list[str], what: str) -> list[str]:
    for one in given:
        if one not in known:
            raise ValueError(f"There is no {what} “{one[:40]}”. Load the page again, or name another one.")
    return given


def _sender(workspace: Workspace, value: Any) -> str:
    handle = value.strip().removeprefix("@").lower() if isinstance(value, str) else ""
    if handle and not Teammate.objects.active().filter(workspace=workspace, handle=handle).exists():
        raise ValueError("Nobody here has that handle. Leave it to the team, or name somebody else.")
    return f"@{handle}" if handle else ""


_CHOICES = {
    "audience": tuple(Audience.values),
    "channel": ("email", "chat", "inapp"),
    "quiet_zone": tuple(QuietZone.values),
}
_READERS: dict[str, Callable[[Workspace, Any], Any]] = {
    "roles": _roles, "skills": _skills, "teams": _teams, "permissions": _permissions, "sender": _sender,
}  # fmt: skip


def _check_channel(clean: Mapping[str, Any], problems: dict[str, str]) -> None:
    """Note what does not go together."""
    if clean["channel"] not in CHANNELS[clean["audience"]]:
        words = {"chat": "A chat message is for a contact.", "inapp": "A notification on the desk is for teammates."}
        problems["channel"] = f"{words.get(clean['channel'], '')} Choose email, or another audience.".strip()
    if clean["audience"] == Audience.TEAMMATES:
        named = any(clean[name] for name in ("roles", "skills", "teams", "permissions"))
        if not named and not problems.keys() & {"roles", "skills", "teams", "permissions"}:
            problems["roles"] = "Say which teammates: name a role, a skill, a team or a permission."
