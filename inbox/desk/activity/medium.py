"""A message as its medium shows it, from the payload that was, or would be, sent."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from inbox.desk.activity import slack
from notifications.transports import all_transports

# "In Slack", "By email": how a page says where something was told.
_WHERE = {
    "slack": "In Slack", "email": "By email", "push": "As a push message", "inapp": "On the desk",
    "webhook": "To a webhook", "bell": "On the bell", "log": "In the log",
}  # fmt: skip
_ICONS = {
    "slack": "hash", "email": "mail", "push": "smartphone", "inapp": "inbox", "webhook": "webhook",
    "bell": "concierge-bell", "log": "file-text", "chat": "message-square",
}  # fmt: skip

# Addresses of automated messages (notifications/automations/).
_PEOPLE = {"contact": "a contact", "erased": "somebody who was erased"}


@dataclass(frozen=True)
class Picture:
    """What a template needs to draw a message. `shape` is slack, email or card."""

    shape: str
    where: str
    icon: str
    address: str
    title: str = ""
    text: str = ""
    nodes: list[slack.Node] = field(default_factory=list)
    payload: str = ""


def picture(transport: str, address: str, payload: dict[str, Any]) -> Picture:
    """Return how a payload looks to who gets it. Anything that it does not know is a card with its text."""
    return Picture(
        shape=transport if transport in ("slack", "email") else "card",
        where=where(transport),
        icon=icon(transport),
        address=short_address(address),
        title=_first(payload, "subject", "title"),
        text=_first(payload, "text", "body", "message"),
        nodes=slack.nodes(payload) if transport == "slack" else [],
        payload=json.dumps(payload, ensure_ascii=False, indent=2),
    )


def where(transport: str) -> str:
    """Return where a transport tells, as a heading."""
    return _WHERE.get(transport) or label(transport)


def label(transport: str) -> str:
    """Return a transport's name for people."""
    known = all_transports().get(transport)
    return known.label if known else transport


def transports() -> list[str]:
    """Return the transports that a route may name, those first that are chosen most."""
    names = [name for name, transport in all_transports().items() if transport.for_routes]
    return sorted(names, key=lambda name: list(_WHERE).index(name) if name in _WHERE else len(_WHERE))


def icon(transport: str) -> str:
    """Return the icon of a transport."""
    return _ICONS.get(transport, "send")


def short_address(address: str) -> str:
    """Return an address for a page: of one on the web only the host, as the rest may be a secret; of a contact's, which
    is an id of ours, a word."""
    kind = address.partition(":")[0]
    if kind in _PEOPLE:
        return _PEOPLE[kind]
    if not address.startswith(("https://", "http://")):
        return address
    return f"{urlsplit(address).netloc.rpartition('@')[2]}/…"


def _first(payload: dict[str, Any], *names: str) -> str:
    return next((value for name in names if isinstance(value := payload.get(name), str) and value), "")
