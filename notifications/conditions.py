"""Conditions of rules: one expression in CEL (https://cel.dev) over an event, as `data.plan == "pro"`.

An expression sees `kind`, `topic`, `severity` (a word), `level` (20 info to 50 critical), `title`, `data`, `contact`,
`account` and `actor` (names), `private`. A field that the event does not have makes the condition false, not an error.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from notifications.models import Event

if TYPE_CHECKING:
    import cel

NAMES = frozenset({"kind", "topic", "severity", "level", "title", "data", "contact", "account", "actor", "private"})
_PLACE = re.compile(r"<input>:(\d+):(\d+): (.*?)(?:\n|, expecting|$)")
# Comprehensions within comprehensions multiply: over one event's data, two deep is too much already.
_COMMENT = re.compile(r"//[^\n]*")
_MACRO = re.compile(r"\.\s*(?:all|exists|exists_one|map|filter)\s*\(")
# What walks through a whole value at each step of a macro.
_WALKS = re.compile(r"\bin\b|\bmatches\b|\bcontains\b")
# More of a list, or of a text, no condition ever sees.
MOST_ITEMS, LONGEST_TEXT = 200, 2000


class ConditionRefused(ValueError):
    """The condition cannot be used; the message says where and why."""


def check_condition(text: str) -> None:
    """Return if `text` is a condition, or empty. Raises ConditionRefused with the place."""
    if not text.strip():
        return
    bare = _COMMENT.sub("", text)
    if len(_MACRO.findall(bare)) > 1:
        raise ConditionRefused("Use at most one of all, exists, exists_one, map and filter.")
    if _MACRO.search(bare) and _WALKS.search(bare):
        raise ConditionRefused("Beside all, exists, exists_one, map or filter, use neither in, matches nor contains.")
    try:
        program = _compiled(text)
    except ValueError as error:
        place = _PLACE.search(str(error))
        at = f"Line {place[1]}, column {place[2]}: {place[3]}" if place else str(error).splitlines()[0]
        raise ConditionRefused(f"This is not a condition. {at}") from None
    unknown = sorted(name for name in program.variables() if name not in NAMES and not _MACRO.search(text))
    if unknown:
        raise ConditionRefused(f"There is no “{unknown[0]}”. A condition knows {', '.join(sorted(NAMES))}.")


class Facts(dict[str, Any]):
    """What is known of an event, by the names that a condition and a template use."""

    @cached_property
    def context(self) -> cel.Context:
        """The same, converted once for all conditions."""
        import cel  # here and below: it brings a terminal with it, a fifth of the time that a process takes to start

        return cel.Context({name: small(value) for name, value in self.items()})

    def for_template(self) -> dict[str, Any]:
        """The same, no larger than a message can be."""
        return {name: small(value) for name, value in self.items()}


def small(value: Any, depth: int = 0) -> Any:
    """Return plain data without what no rule needs: the far end of long lists and texts, and what lies very deep."""
    if isinstance(value, str):
        return value[:LONGEST_TEXT]
    if isinstance(value, list):
        return [small(item, depth + 1) for item in value[:MOST_ITEMS]] if depth < 6 else []
    if isinstance(value, dict):
        return {key: small(item, depth + 1) for key, item in list(value.items())[:MOST_ITEMS]} if depth < 6 else {}
    return value


def holds(text: str, facts: Facts) -> tuple[bool, str]:
    """Return whether a condition says yes, and what was wrong with it for this event ("" for nothing)."""
    try:
        found = _compiled(text).execute(facts.context)
    except KeyError:
        return False, ""
    except Exception as error:  # of any library type: a condition must never stop the others
        return False, str(error).split(". ")[0][:200]
    return (True, "") if found is True else (False, "" if found is False else "it is neither true nor false")


def facts_of(event: Event) -> Facts:
    """Return what a condition and a template know of an event."""
    return Facts(
        {
            "kind": event.kind,
            "topic": event.topic,
            "severity": event.severity_word,
            "level": int(event.severity),
            "title": event.title,
            "body": event.body,
            "data": event.data,
            "contact": event.contact_name,
            "account": event.account_name,
            "actor": event.actor_name,
            "private": event.is_private,
        }
    )


@lru_cache(maxsize=2000)
def _compiled(text: str) -> Any:
    import cel

    return cel.compile(text)
