"""What a message of an automation can say of an event, by the names that its template uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from inbox.people.models import Workspace
from notifications.automations.contacts import ContactFacts
from notifications.conditions import small
from notifications.models import Event
from notifications.wording import absolute

# So many of a text, and of an event's own fields, are shown where a template is written.
LONGEST_SHOWN, MOST_SHOWN = 80, 60


def of_event(event: Event, workspace: Workspace, about: ContactFacts | None, recipient: str) -> dict[str, Any]:
    """Return what a template knows. `about` is the contact that the event is about, where that is known, `recipient`
    the name of who gets the message, "" where they have none."""
    contact = {**_named(about.name if about else event.contact_name), **(dict(about.values) if about else {})}
    # The account as it is now, where it is still the one that it happened to.
    account = dict(about.account) if about and about.account.get("external_id") == event.account else {}
    known = {
        "event": {
            "kind": event.kind,
            "title": event.title,
            "body": event.body,
            "topic": event.topic,
            "severity": event.severity_word,
            "occurred_at": event.occurred_at.isoformat(),
            "data": event.data,
        },
        "data": event.data,
        "contact": contact,
        "account": {"name": event.account_name, "external_id": event.account, **account},
        "actor": _named(event.actor_name),
        "recipient": _named(recipient),
        "workspace": {"name": workspace.name, "url": absolute("/").rstrip("/")},
        "url": absolute(event.url),
    }
    return {name: small(value) for name, value in known.items()}


def shown(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the names that a template may use, each with its value, as a page lists them."""
    found = [(name, value) for name, value in _flat(facts) if not name.startswith("event.data")]
    return [(name, _short(value)) for name, value in found[:MOST_SHOWN]]


def _flat(values: Mapping[str, Any], before: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping) and value and depth < 2:
            yield from _flat(value, f"{before}{name}.", depth + 1)
        else:
            yield f"{before}{name}", value


def _short(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return ""
    text = " ".join((str(value).lower() if isinstance(value, bool) else str(value)).split())
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _named(name: str) -> dict[str, str]:
    return {"name": name, "first_name": name.split()[0] if name.split() else ""}
