"""What the desk's templates say in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from ua_parser import parse

from inbox.conversations.text import text_to_html
from inbox.models import Message

register = template.Library()

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


@register.filter
def text_html(text: str) -> SafeString:
    """Return a message's text as safe HTML."""
    return mark_safe(text_to_html(text))  # noqa: S308  (escaped and cleaned there)


@register.filter
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


@register.filter
def until(message: Message) -> datetime | None:
    """Return the moment that a snooze ends, None for any other action."""
    value = message.data.get("until")
    return datetime.fromisoformat(value) if value else None


@register.filter
def device(user_agent: str) -> str:
    """Return a browser and its system in a few words: "Firefox 131, Windows"; "" if unknown."""
    if not user_agent:
        return ""
    found = parse(user_agent)
    browser = f"{found.user_agent.family} {found.user_agent.major or ''}".strip() if found.user_agent else ""
    system = found.os.family if found.os else ""
    return ", ".join(part for part in (browser, system) if part)


@register.filter
def local_time(zone: str) -> str:
    """Return the time now in an IANA zone ("10:11"), "" for one that is not known."""
    try:
        return timezone.now().astimezone(ZoneInfo(zone)).strftime("%H:%M") if zone else ""
    except (KeyError, ValueError, OSError):
        return ""


@register.filter
def city(zone: str) -> str:
    """Return the place in an IANA zone's name: "Lisbon" for "Europe/Lisbon"."""
    return zone.rpartition("/")[2].replace("_", " ")


@register.filter
def page_path(url: str) -> str:
    """Return what follows the host in an address."""
    _, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{slash}{path}" if slash else host or url


@register.filter
def money(minor: Any, currency: str) -> str:
    """Return an amount in minor units with its currency: "50.00 EUR"; zero- and three-decimal currencies too."""
    if minor is None or not currency:
        return ""
    # ISO 4217: currencies whose minor unit is not a hundredth.
    places = 0 if currency in _WHOLE else 3 if currency in _THOUSANDTHS else 2
    return f"{int(minor) / 10**places:,.{places}f} {currency}"


_WHOLE = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(" "))
_THOUSANDTHS = frozenset("BHD IQD JOD KWD LYD OMR TND".split(" "))
