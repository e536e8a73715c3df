"""What a teammate can choose to be told of. Each app registers its own choices, when it is ready."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from notifications.models import Event

# The transports that tell one person, in the order of a page.
WAYS = ("inapp", "push", "email", "slack")

# Of events (whose kinds fit the choice), by their keys, the teammates (by key) whom each is for. `choosers` are those
# who turned something on for the choice, by workspace; only asked for where nothing is on by itself.
Audience = Callable[[Sequence[Event], Mapping[int, Collection[int]]], Mapping[int, Collection[int]]]


@dataclass(frozen=True)
class Choice:
    """One line of the preferences. `on` are the transports that tell of it unless the teammate chose otherwise.

    `why` completes "You are told because …". `grouped` gives, by transport, in how many seconds equal ones of one
    conversation share a message; email has the workspace's own window.
    """

    key: str
    title: str
    says: str
    why: str
    kinds: tuple[str, ...]
    audience: Audience
    on: tuple[str, ...] = ()
    # The roles (their values) for which `on` holds; none: all.
    on_for: tuple[str, ...] = ()
    # Whether somebody is told of what they did themselves: of what takes its time, say.
    tells_actor: bool = False
    grouped: Mapping[str, int] = field(default_factory=dict)

    def takes(self, kind: str) -> bool:
        """Whether events of a kind are this choice's matter."""
        return any(fnmatchcase(kind, pattern) for pattern in self.kinds)

    @property
    def rule_key(self) -> str:
        """What names it in a delivery: "preference:mention"."""
        return f"preference:{self.key}"


_CHOICES: dict[str, Choice] = {}


def register_choice(*choices: Choice) -> None:
    """Make choices known. Raises ValueError for a key that another one has."""
    for choice in choices:
        if _CHOICES.setdefault(choice.key, choice) is not choice:
            raise ValueError(f"There is a choice {choice.key} already.")


def all_choices() -> dict[str, Choice]:
    """Return every choice by key, in the order of registration."""
    return dict(_CHOICES)


def choice_of(rule_key: str) -> Choice | None:
    """Return the choice of a delivery's rule key, None where it is no preference's, or of an app that is gone."""
    face, _, key = rule_key.partition(":")
    return _CHOICES.get(key) if face == "preference" else None
