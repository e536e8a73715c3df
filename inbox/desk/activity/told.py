"""Deliveries and routes in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from inbox.desk.activity.medium import Picture, icon, label, picture, short_address
from notifications.automations.telling import is_automated
from notifications.drawing import message_for
from notifications.models import Delivery, Event, Rule
from notifications.transports import all_transports
from notifications.words import FOLLOWING, Cause, Severity, Status

RESENT = (Status.FAILED, Status.SUPPRESSED)


@dataclass(frozen=True)
class Told:
    """A delivery as a page tells it. `tone` is ok, bad, wait or off; `may_resend` whether that can be."""

    delivery: Delivery
    icon: str
    label: str
    address: str
    state: str
    tone: str
    detail: str
    picture: Picture | None
    may_resend: bool

    @classmethod
    def of(cls, delivery: Delivery, drawn: Picture | None = None) -> Told:
        state, tone, detail = _state(delivery)
        return cls(
            delivery=delivery,
            icon=icon(delivery.transport),
            label=label(delivery.transport),
            address=short_address(delivery.address) or label(delivery.transport),
            state=state,
            tone=tone,
            detail=detail,
            picture=drawn,
            may_resend=delivery.status in RESENT and delivery.cause != Cause.GROUPED,
        )


def _state(delivery: Delivery) -> tuple[str, str, str]:
    """Return a delivery's state in a word, its tone, and what more there is to say."""
    tries = f"(tried {delivery.attempts} times)" if delivery.attempts > 1 and delivery.error else ""
    wrong = f"{delivery.error} {tries}".strip()
    match delivery.status:
        case Status.SENT:
            return "sent", "ok", delivery.warning
        case Status.FAILED:
            return "failed", "bad", wrong
        case Status.SUPPRESSED:
            why = _cause(delivery)
            return ("grouped" if delivery.cause == Cause.GROUPED else "not sent"), "off", why or wrong
        case Status.SETTLED:
            taken_back = delivery.posting is not None and delivery.posting.retracted_at is not None
            return ("taken back" if taken_back else "settled"), "off", "" if taken_back else "it was no news any more"
        case Status.SENDING:
            return "sending", "wait", ""
    later = delivery.due_at is not None and delivery.due_at > timezone.now()
    return ("waiting" if later else "pending"), "wait", wrong


def _cause(delivery: Delivery) -> str:
    if delivery.cause in FOLLOWING and delivery.error:
        return delivery.error
    if delivery.cause == Cause.NOT_CONNECTED:
        return delivery.error or f"{label(delivery.transport)} is not connected: this is what would have been sent"
    return Cause(delivery.cause).label if delivery.cause in Cause.values else ""


def told_of(event: Event, rows: Sequence[Delivery]) -> list[Told]:
    """Return an event's deliveries with their messages. One query, whatever their number."""
    shared = [row.posting.pk for row in rows if row.posting and not row.payload]
    heads = Delivery.objects.filter(posting__in=shared, sent_at__isnull=False).order_by("-id")
    payloads = dict(heads.values_list("posting", "payload")) if shared else {}
    return [Told.of(row, _picture(event, row, payloads)) for row in rows]


def _picture(event: Event, row: Delivery, payloads: dict[int, dict[str, object]]) -> Picture | None:
    payload = row.payload or payloads.get(row.posting.pk if row.posting else 0)
    transport = all_transports().get(row.transport)
    # What would be said to one person is asked for person by person: it is shown once it was said.
    personal = row.teammate_id is not None or is_automated(row.rule_key)
    if not payload and transport is not None and not personal:
        row.event, row.workspace = event, event.workspace
        payload = transport.draw(message_for(row, row.posting))
    return picture(row.transport, row.address, payload) if payload else None


def first_picture(told: Iterable[Told]) -> Told | None:
    """Return the delivery whose message is shown large: one in Slack, else by email, else any."""
    drawn = [row for row in told if row.picture is not None]
    order = {"slack": 0, "email": 1}
    return min(drawn, key=lambda row: order.get(row.delivery.transport, 2), default=None)


def matches(rule: Rule) -> str:
    """Return in words what a route takes."""
    parts = []
    if rule.topics:
        parts.append(_either(rule.topics))
    if rule.kinds:
        parts.append(_either(rule.kinds))
    if rule.min_severity > Severity.INFO:
        parts.append(f"{Severity(rule.min_severity).label} or worse")
    if rule.condition:
        parts.append(f"where {rule.condition}")
    if rule.is_fallback:
        parts.append("that no other route took")
    return ", ".join(parts) or "Everything"


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
