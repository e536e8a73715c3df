"""A message in words and in safe HTML."""

from __future__ import annotations

from datetime import datetime

from django.utils.safestring import SafeString, mark_safe

from inbox.conversations.pills import note_to_html
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
    "access_given": "{who} gave {to} access",
    "access_ended": "{who} ended {to}’s access",
    "edited": "{who} edited a note",
    "merged": "{who} merged {other} into {to}{why}",
    "unmerged": "{who} took {other} and {to} apart again",
}


def body_html(message: Message) -> SafeString:
    """Return what a message says as safe HTML; in a note, the names that it names are pills."""
    pills = message.data.get("mentions") if message.kind == "note" else None
    return mark_safe(note_to_html(message.text, pills) if pills else text_to_html(message.text))  # noqa: S308


def sentence(message: Message) -> str:
    """Return an action as a sentence: "Ada gave this to Bea"."""
    if message.action == "woke" and message.teammate is None:
        return "The snooze ended"
    if message.action == "woke":
        return f"{message.author_name} ended the snooze"
    if message.action == "access_ended" and message.teammate is None:
        return f"{message.data.get('to', 'A guest')}’s access ended"
    if message.action == "assigned" and message.data.get("to") == message.author_name:
        return f"{message.author_name} took this"
    pattern = SENTENCES.get(message.action, "{who} changed this")
    why = f": {message.data['why']}" if message.data.get("why") else ""
    names = {"to": message.data.get("to", ""), "other": message.data.get("other", ""), "why": why}
    return pattern.format(who=message.author_name, **names)


def until(message: Message) -> datetime | None:
    """Return the moment that a snooze ends, None for any other action."""
    value = message.data.get("until")
    return datetime.fromisoformat(value) if value else None
