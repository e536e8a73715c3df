"""A message in words and in safe HTML."""

from __future__ import annotations

from datetime import datetime

from django.utils.safestring import SafeString, mark_safe

from inbox.conversations.text import text_to_html
from inbox.models import Message

SENTENCES = {
    "assigned": "{who} gave this to {to}",
    "unassigned": "{who} took this from its assignee",
    "moved": "{who} moved this to {to}",
    "left_team": "{who} took this out of its team",
    "prioritised": "{who} set the priority to {to}",
    "closed": "{who} closed this",
    "reopened": "{who} reopened this",
    "snoozed": "{who} snoozed this",
}


def text_html(text: str) -> SafeString:
    """Return a message's text as safe HTML."""
    return mark_safe(text_to_html(text))  # noqa: S308  (escaped and cleaned there)


def sentence(message: Message) -> str:
    """Return an action as a sentence: "Ada gave this to Bea"."""
    if message.action == "woke" and message.teammate is None:
        return "The snooze ended"
    if message.action == "woke":
        return f"{message.author_name} ended the snooze"
    if message.action == "assigned" and message.data.get("to") == message.author_name:
        return f"{message.author_name} took this"
    pattern = SENTENCES.get(message.action, "{who} changed this")
    return pattern.format(who=message.author_name, to=message.data.get("to", ""))


def until(message: Message) -> datetime | None:
    """Return the moment that a snooze ends, None for any other action."""
    value = message.data.get("until")
    return datetime.fromisoformat(value) if value else None
