"""The rows of the sidebar: which there are, and what each says of a person. Plain texts; drawing escapes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.urls import reverse

from inbox.desk.contacts.account_views import is_nearly_full, stripe_url
from inbox.models import Account, AttributeDefinition
from integrations.helpscout.attribute_rows import attribute_row
from integrations.helpscout.facts import Facts
from integrations.helpscout.lines import Badge, Item, Line, Row, Section, Text, day, link, plain
from notifications.wording import absolute

MOST_MODULES = 20
_BADGES = {
    "trialing": Badge("Trial", "blue"),
    "past_due": Badge("Past due", "red"),
    "cancelled": Badge("Cancelled", "red"),
    "expired": Badge("Trial expired", "orange"),
}
_RUNS_TO = {"active": "renews", "past_due": "was to renew", "cancelled": "ends", "expired": "ended"}


def status_badge(account: Account, today: date) -> Badge:
    """Return what a company's status is called. An active one of which nothing says that it pays is only active."""
    if account.status == "trialing" and account.trial_ends_on is not None and account.trial_ends_on < today:
        return _BADGES["expired"]
    if account.status != "active":
        return _BADGES[account.status]
    pays = account.mrr_minor if account.mrr_minor is not None else account.plan or account.stripe_subscription_id
    return Badge("Paid", "green") if pays else Badge("Active", "")


def _today(facts: Facts) -> date:
    """Return the day it is for the company, else for the person."""
    zone = _zone(facts.account.timezone) if facts.account is not None else None
    return facts.now.astimezone(zone or _zone(facts.timezone) or UTC).date()


def _zone(name: str) -> ZoneInfo | None:
    """Return the IANA zone of this name, None for what is none."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def _company(facts: Facts) -> Row | None:
    account = facts.account
    if account is None:
        return Line("Company", (Text("None is known"),), is_muted=True)
    badges = [status_badge(account, _today(facts))]
    if account.owner_id is not None and account.owner_id in facts.contacts:  # type: ignore[attr-defined]
        badges.insert(0, Badge("Owner", "purple"))
    note = ""
    if not facts.match.is_proved:
        badges.append(Badge("Not verified", "orange"))
        note = f"of who claims {facts.match.email}, which nobody proved"
    link = absolute(reverse("account", args=[account.external_id]))
    return Line("Company", (Text(plain(account), link),), tuple(badges), plain(note))


def _since(facts: Facts) -> Row | None:
    account = facts.account
    at = facts.signed_up_at or (account.created_at if account is not None else facts.root.created_at)
    return Line("Customer since", (Text(day(_local(facts, at).date())),))


def _local(facts: Facts, at: datetime) -> datetime:
    return at.astimezone(_zone(facts.timezone) or UTC)


def _plan(facts: Facts) -> Row | None:
    account = facts.account
    if account is None:
        return None
    note = ""
    if account.status == "trialing" and account.trial_ends_on is not None:
        is_over = account.trial_ends_on < _today(facts)
        note = f"trial {'ended' if is_over else 'ends'} {day(account.trial_ends_on)}"
    elif account.status == "expired" and account.trial_ends_on is not None:
        note = f"trial ended {day(account.trial_ends_on)}"
    elif account.renews_on is not None:
        is_over = account.status == "cancelled" and account.renews_on < _today(facts)
        note = f"{'ended' if is_over else _RUNS_TO.get(account.status, 'renews')} {day(account.renews_on)}"
    if not account.plan and not note:
        return None
    return Line("Plan", (Text(plain(account.plan) or "No plan"),), note=note)


def _clock(label: str, name: str, now: datetime) -> Row | None:
    zone = _zone(name)
    if zone is None:
        return None
    local = now.astimezone(zone)
    offset = f"{local:%z}"
    return Line(label, (Text(f"{local:%H:%M}, {local:%A}"),), note=f"{name}, UTC{offset[:3]}:{offset[3:]}")


def _time(facts: Facts) -> Row | None:
    return _clock("Their time", facts.timezone, facts.now)


def _company_time(facts: Facts) -> Row | None:
    return _clock("The company’s time", facts.account.timezone, facts.now) if facts.account is not None else None


def _seats(facts: Facts) -> Row | None:
    account = facts.account
    if account is None or (account.seats is None and account.seat_limit is None):
        return None
    used, limit = account.seats, account.seat_limit
    if limit is None:
        return Line("Seats", (Text(f"{used} used"),))
    badges: tuple[Badge, ...] = ()
    if used is not None and is_nearly_full(account):
        left = limit - used
        badges = (
            Badge(f"{left} left", "orange") if left > 0 else Badge("Full" if not left else f"{-left} over", "red"),
        )
    return Line("Seats", (Text(f"{'?' if used is None else used} of {limit} used"),), badges)


def _stripe(facts: Facts) -> Row | None:
    account = facts.account
    if account is None:
        return None
    known = (
        ("Customer", "customers", account.stripe_customer_id),
        ("Subscription", "subscriptions", account.stripe_subscription_id),
    )
    texts = [Text(f"{word} {plain(value)}", stripe_url(what, value)) for word, what, value in known if value]
    return Line("Stripe", tuple(texts)) if texts else None


def _modules(facts: Facts) -> Row | None:
    names = [plain(name) for name in facts.account.modules] if facts.account is not None else []
    names = [name for name in names if name]
    more = (f"and {len(names) - MOST_MODULES} more",) if len(names) > MOST_MODULES else ()
    return Line("Modules", (Text(", ".join((*names[:MOST_MODULES], *more))),)) if names else None


def _conversations(facts: Facts) -> Row | None:
    items = [
        Item(
            f"#{one.number} {one.get_status_display()}",
            absolute(f"/inbox/all/{one.number}/"),
            # The last line may be a note, which stays within the desk.
            plain(one.last_text) if one.last_kind == "reply" else "",
            day(_local(facts, one.last_message_at).date()),
        )
        for one in facts.conversations
    ]
    return Section("Conversations", tuple(items), "None yet")


def _events(facts: Facts) -> Row | None:
    items = [
        Item(plain(one.title), link(absolute(one.url)), when=day(_local(facts, one.occurred_at).date()))
        for one in facts.events
    ]
    return Section("What happened", tuple(items), "Nothing yet")


def _score(facts: Facts) -> Row | None:
    if facts.score is None:
        return None
    given, of = facts.score.data.get("score"), facts.score.data.get("out_of")
    if not isinstance(given, int | float):
        return None
    text = f"{given:g} of {of:g}" if isinstance(of, int | float) and of else f"{given:g}"
    said = plain(facts.score.data.get("comment") or "")
    when = day(_local(facts, facts.score.occurred_at).date())
    return Line("Last score", (Text(text),), note=" · ".join(part for part in (said, when) if part))


@dataclass(frozen=True)
class RowKind:
    """One row that a team may show: what its editor calls it, and what it says."""

    title: str
    make: Callable[[Facts], Row | None]


ROWS: dict[str, RowKind] = {
    "company": RowKind("Company and badges", _company),
    "since": RowKind("Customer since", _since),
    "plan": RowKind("Plan and its end", _plan),
    "seats": RowKind("Seats used of allowed", _seats),
    "time": RowKind("The user’s local time", _time),
    "company_time": RowKind("The company’s local time", _company_time),
    "stripe": RowKind("Stripe customer and subscription", _stripe),
    "modules": RowKind("Modules", _modules),
    "score": RowKind("Last score", _score),
    "conversations": RowKind("Last conversations", _conversations),
    "events": RowKind("Last events", _events),
}
_NAME = re.compile(r"(contact|account):.{1,80}", re.DOTALL)


def is_row(name: str) -> bool:
    """Return whether a row may be called so: one of ROWS, or an attribute."""
    return name in ROWS or _NAME.fullmatch(name) is not None


def make_rows(facts: Facts, shown: Iterable[str]) -> list[Row]:
    """Return the rows of a person in this order. Those that have nothing to say, and unknown ones, are left out."""
    made = [_made(facts, name) for name in shown]
    return [row for row in made if row is not None]


def _made(facts: Facts, name: str) -> Row | None:
    if name in ROWS:
        return ROWS[name].make(facts)
    definition = facts.definitions.get(name)
    return attribute_row(facts, definition) if definition is not None else None


def title_of(name: str, definitions: dict[str, AttributeDefinition]) -> str:
    """Return what the editor calls a row."""
    if name in ROWS:
        return ROWS[name].title
    return f"{definitions[name].label} ({'contact' if name.startswith('contact:') else 'account'} field)"
