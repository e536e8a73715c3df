"""What the desk's templates say in words."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from ua_parser import parse

from inbox.desk.lists import shown
from inbox.desk.rail import PLACES, Place
from inbox.fragments import message_html, row_html
from inbox.models import Conversation, Message

register = template.Library()


@register.simple_tag(takes_context=True)
def row_fragment(context: Any, conversation: Conversation) -> SafeString:
    """Draw a row of the list for the viewer of this page."""
    opened = context.get("conversation")
    html = row_html(conversation, unread=conversation.unread, open_id=opened.public_id if opened else None)  # type: ignore[attr-defined]
    return mark_safe(html)  # noqa: S308  (Jinja2 escapes)


@register.simple_tag(takes_context=True)
def rail_places(context: Any) -> list[tuple[Place, str | None]]:
    """Return the pages that the rail leads to, between the inbox and the settings: each with how much of it is unread
    ("3", "99+", "" for nothing), None where nothing is counted."""
    mate = context.get("teammate")
    return [(place, shown(place.unread(mate)) if place.unread and mate else None) for place in PLACES]


@register.simple_tag
def message_fragment(message: Message) -> SafeString:
    """Draw a message of the thread."""
    return mark_safe(message_html(message))  # noqa: S308  (Jinja2 escapes)


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
