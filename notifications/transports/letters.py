"""What a letter says, as text and as HTML: of one event, of a conversation with its last messages, or what an
automation says."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import mrml
from django.conf import settings
from django.template import Context, Engine, Template, engines
from django.template.loader import get_template, render_to_string

from inbox.people.zones import zone_of, zone_words
from notifications.personal.choices import all_choices
from notifications.personal.more import Quote
from notifications.transports.base import Automated, Message, Personal
from notifications.unsubscribing import PATH, PREFERENCES
from notifications.wording import Wording, absolute

MAIL = "notifications/mail/"
LONGEST_SUBJECT = 200
LONGEST_BODY = 10_000
ANSWERS = "What you answer to this letter is added as a private note, which the customer does not see."
# The bar above the letter.
COLOURS = {"info": "#2d5fc8", "warning": "#a46a00", "error": "#c02c2c", "critical": "#c02c2c"}
# How a quoted message is shown: what is news stands out, and a note is on the desk's yellow paper.
_NEWS_NOTE = "background:#fff8dc;border:1px solid #e9d79f;border-radius:8px;padding:10px 12px"
_NEWS_REPLY = "background:#eaeffa;border:1px solid #c9d7f3;border-radius:8px;padding:10px 12px"
_CONTEXT = "color:#52555e;border-left:2px solid #e3e4e8;padding:2px 0 2px 12px"
_CONTEXT_NOTE = "color:#52555e;border-left:2px solid #e9d79f;padding:2px 0 2px 12px"
# Signs that reorder the text after them; in a subject they could make a name look like something else.
_REORDERING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


class Letter(NamedTuple):
    """A letter's subject and its two parts, which say the same."""

    subject: str
    text: str
    html: str


def letter_of(message: Message) -> Letter:
    """Return what a letter says. It holds no secret: where a link needs one stands `placeholder`."""
    if message.automated is not None:
        return _of_automation(message, message.automated)
    if message.personal is not None and message.personal.more.quotes:
        return _of_conversation(message, message.personal)
    words = _words(message)
    subject = f"{words['title']} {message.wording.counted}".strip()
    if message.personal is not None and message.personal.more.subject:
        subject = _line(message.personal.more.subject)
    return Letter(subject[:LONGEST_SUBJECT], render_to_string(f"{MAIL}event.txt", words), _html("event", words))


def placeholder(message: Message) -> str:
    """Return what stands in a drawn letter for the link that turns such letters off: it opens nothing."""
    return absolute(f"/{PATH}{message.key}/")


def _of_conversation(message: Message, personal: Personal) -> Letter:
    words = {**_words(message), "quotes": [_quoted(quote, personal) for quote in personal.more.quotes]}
    subject = _line(personal.more.subject or words["title"])[:LONGEST_SUBJECT]
    text = render_to_string(f"{MAIL}conversation.txt", words)
    return Letter(subject, text, _html("conversation", words))


def _of_automation(message: Message, automated: Automated) -> Letter:
    ends = "" if automated.is_transactional else placeholder(message)
    why = f"Sent by {message.workspace.name}."
    if automated.teammate is not None:
        why = f"Sent by Frontdesk: the message “{automated.name}” of {message.workspace.name}."
    words = {
        "workspace": message.workspace.name,
        "title": automated.subject,
        "preview": " ".join(automated.text.split())[:120],
        "body": automated.html,
        "text": automated.text,
        "why": why,
        "unsubscribe": ends,
    }
    text = render_to_string(f"{MAIL}automation.txt", words)
    return Letter(_line(automated.subject)[:LONGEST_SUBJECT], text, _html("automation", words))


def _words(message: Message) -> dict[str, Any]:
    """Return what both kinds of letters say."""
    wording = message.wording
    title, body = _title_and_body(wording)
    if message.personal is not None and message.personal.more.title:
        title = message.personal.more.title
    if len(body) > LONGEST_BODY:
        body = f"{body[:LONGEST_BODY]}…"
    grave = "" if wording.severity == "info" else wording.severity.capitalize()
    return {
        "workspace": message.workspace.name,
        "title": _line(title) or "(no title)",
        "preview": " ".join(body.split())[:120],
        "body": body,
        "fields": () if wording.text else wording.fields,
        "small": " · ".join(part for part in (grave, wording.counted) if part),
        "link": wording.link,
        "colour": COLOURS.get(wording.severity, COLOURS["info"]),
        **_footer(message),
    }


def _footer(message: Message) -> dict[str, str]:
    """Return why somebody gets this and how to get it no more: theirs to choose, or a route's."""
    personal = message.personal
    if personal is None:
        return {"why": f"Sent by Frontdesk, because a route of {message.workspace.name} names this address."}
    choice = all_choices().get(personal.choice)
    why = f"You are told because {personal.why}." if personal.why else "You are told by a preference of yours."
    return {
        "why": why,
        "choice": choice.title if choice else "this",
        "zone": zone_words(personal.teammate.user.timezone),
        "preferences": absolute(PREFERENCES),
        "unsubscribe": placeholder(message),
        "answers": ANSWERS if personal.more.may_answer and settings.INBOUND_EMAIL_DOMAIN else "",
    }


def _quoted(quote: Quote, personal: Personal) -> dict[str, Any]:
    at = quote.at.astimezone(zone_of(personal.teammate.user.timezone))
    told = [f"{at.day} {at:%B, %H:%M}", "private note" if quote.is_note else "", "new" if quote.is_news else ""]
    if quote.is_news:
        style = _NEWS_NOTE if quote.is_note else _NEWS_REPLY
    else:
        style = _CONTEXT_NOTE if quote.is_note else _CONTEXT
    return {
        "author": _line(quote.author),
        "told": " · ".join(part for part in told if part),
        "text": quote.text,
        "style": style,
    }


def _line(text: str) -> str:
    """Return a text in one line, without signs that would turn what stands behind it."""
    return " ".join(text.translate(_REORDERING).split())


def _title_and_body(wording: Wording) -> tuple[str, str]:
    if not wording.text:
        return wording.title, wording.body.strip()
    title, _, body = wording.text.strip().partition("\n")
    return title, body.strip()


def _html(name: str, words: dict[str, Any]) -> str:
    return _layout(name).render(Context(words))


@lru_cache(maxsize=3)
def _layout(name: str) -> Template:
    """Return a layout as a template. MJML becomes HTML with its styles inlined once; the words come after that."""
    source = get_template(f"{MAIL}{name}.mjml").template.source  # type: ignore[attr-defined]
    engine: Engine = engines["django"].engine  # type: ignore[attr-defined]
    return engine.from_string(mrml.to_html(source).content)
