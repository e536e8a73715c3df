"""A message as Slack draws it: Block Kit, within the limits that Slack has for it.

What comes from outside is plain text: `&`, `<` and `>` are escaped, so that nobody can mention a channel, or draw a
link over another address, by what they type.
"""

from __future__ import annotations

from typing import Any

from notifications.wording import Wording

LONGEST_HEADER = 150
LONGEST_SECTION = 3000
# Slack takes 2,000, but no more than some 13,000 in all blocks together.
LONGEST_FIELD = 500
LONGEST_CONTEXT = 1000
LONGEST_URL = 3000
MOST_FIELDS = 10
# chat.update takes 4,000 bytes of text; a character has four at most.
LONGEST_TEXT = 900

GRAVE = ("error", "critical")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_MENTION = "<!here> "

Block = dict[str, Any]


def drawn(wording: Wording, kind: str = "", mention: bool = False) -> dict[str, Any]:
    """Return `text` (for notifications and screen readers) and `blocks`. `mention` wakes those who are there."""
    title = wording.text.strip().partition("\n")[0] or wording.title.strip() or "(no title)"
    text = escaped(f"{title} {wording.counted}".strip(), LONGEST_TEXT)
    before = _MENTION if mention else ""
    blocks = _own(wording.text, before) if wording.text.strip() else _plain(title, wording, before)
    small = _context(wording, kind)
    if small:
        blocks.append({"type": "context", "elements": small})
    if wording.link and len(wording.link) <= LONGEST_URL:
        blocks.append(_button(wording))
    return {"text": before + text, "blocks": blocks}


def escaped(text: str, longest: int) -> str:
    """Return text with Slack's control characters escaped, cut to `longest` characters but never inside an escape."""
    parts = [_ESCAPES.get(sign, sign) for sign in text[: longest + 1] if sign != "\0"]
    if sum(map(_width, parts)) <= longest:
        return "".join(parts)
    out, room = [], longest - 1
    for part in parts:
        room -= _width(part)
        if room < 0:
            break
        out.append(part)
    return "".join(out) + "…"


def _width(text: str) -> int:
    # As JavaScript counts: two for a character beyond the first 65,536.
    return len(text) + sum(sign > "\uffff" for sign in text)


def _own(text: str, before: str) -> list[Block]:
    """Draw what a route's own template wrote: it may use Slack's *bold*, and nothing that mentions or links."""
    return [_section(before + escaped(text.strip(), LONGEST_SECTION - len(before)))]


def _plain(title: str, wording: Wording, before: str) -> list[Block]:
    body = wording.body.strip()
    blocks: list[Block] = []
    if wording.severity in GRAVE and _width(escaped(title, LONGEST_SECTION)) <= LONGEST_HEADER:
        # In larger letters; those hold no mention.
        letters = {"type": "plain_text", "text": escaped(title, LONGEST_HEADER), "emoji": False}
        blocks.append({"type": "header", "text": letters})
        body = f"{before}{escaped(body, LONGEST_SECTION - len(before))}".strip()
    else:
        said = escaped(title, LONGEST_SECTION - len(before) - 2)
        # A star inside would end the bold letters early.
        blocks.append(_section(before + (said if "*" in said else f"*{said}*")))
        body = escaped(body, LONGEST_SECTION)
    if body:
        blocks.append(_section(body))
    pairs = [_pair(name, value) for name, value in wording.fields if value.strip()]
    if pairs:
        blocks.append({"type": "section", "fields": pairs[:MOST_FIELDS]})
    return blocks


def _section(markup: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": markup}}


def _pair(name: str, value: str) -> Block:
    label = f"*{escaped(name, 100)}*\n"
    return {"type": "mrkdwn", "text": label + escaped(value, LONGEST_FIELD - len(label))}


def _context(wording: Wording, kind: str) -> list[Block]:
    grave = f"*{wording.severity.capitalize()}*" if wording.severity != "info" else ""
    parts = [grave, escaped(kind, 100), escaped(wording.counted, 200), "settled" if wording.settled else ""]
    line = " · ".join(part for part in parts if part)
    elements = [{"type": "mrkdwn", "text": line}] if line else []
    if wording.warning:
        elements.append({"type": "mrkdwn", "text": escaped(wording.warning, LONGEST_CONTEXT)})
    return elements


def _button(wording: Wording) -> Block:
    button: Block = {
        "type": "button",
        "text": {"type": "plain_text", "text": "Open", "emoji": False},
        "url": wording.link,
        "action_id": "open",
    }
    if wording.severity in GRAVE:
        button["style"] = "danger"
    return {"type": "actions", "elements": [button]}
