"""What happened at the demo's customers before the newcomer looks: an event of each topic, as servers send them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from inbox.incoming import event_named, take_in
from inbox.people.audit import COMMAND_LINE, record
from inbox.people.models import Teammate, Workspace

# Minutes ago, the kind, its data, the contact (an external id, or an email) and the account.
HAPPENED: list[tuple[int, str, dict[str, Any], str, str]] = [
    (18_000, "plan.started", {"plan": "Scale", "mrr_minor": 20000, "change_minor": 20000, "currency": "USD"}, "",
     "lagos-freight"),
    (12_900, "plan.quantity_changed", {"plan": "Scale", "quantity": 41, "previous_quantity": 38, "mrr_minor": 4200000,
     "change_minor": 300000, "currency": "JPY"}, "", "kōen-labs"),
    (9_900, "feedback.given", {"score": 4, "out_of": 5, "comment": "Quick, and it arrived whole."}, "u-1006", ""),
    (8_600, "trial.started", {"plan": "Pro"}, "u-1005", "estudio-benítez"),
    (7_300, "trial.converted", {"plan": "Basic", "mrr_minor": 1500, "change_minor": 1500, "currency": "EUR"}, "",
     "acme-&-söhne"),
    (6_100, "plan.cancelled", {"plan": "Basic", "mrr_minor": 0, "change_minor": -900, "currency": "EUR",
     "reason": "Too expensive. I drink less coffee while I travel."}, "u-1006", ""),
    (5_200, "plan.downgraded", {"plan": "Pro", "previous_plan": "Scale", "mrr_minor": 12000, "change_minor": -8000,
     "currency": "USD", "reason": "The season is over."}, "", "lagos-freight"),
    (3_000, "plan.quantity_changed", {"plan": "Basic", "quantity": 9, "previous_quantity": 7, "mrr_minor": 4500,
     "change_minor": 1000, "currency": "EUR"}, "", "mailinator"),
    (1500, "stats.reported", {"on": "", "users": 1204, "new_users": 17, "growth_percent": 1.4, "emails_sent": 86}, "",
     ""),
    (1310, "contact.onboarded", {"step": "First order"}, "u-1003", "lagos-freight"),
    (900, "task.finished", {"task": "Nightly digests", "result": "sent 12 digests"}, "", ""),
    (640, "feedback.given", {"score": 5, "out_of": 5, "comment": "The tracking link is lovely."}, "u-1004", ""),
    (431, "payment.succeeded", {"amount_minor": 5000, "currency": "EUR", "invoice": "in_2041", "plan": "Pro"}, "",
     "mailinator"),
    (275, "plan.upgraded", {"plan": "Pro", "previous_plan": "Basic", "mrr_minor": 5000, "change_minor": 500,
     "currency": "EUR"}, "u-1001", "mailinator"),
    (190, "server.not_found", {"address": "/beans/huila-decaf", "referrer": "https://northwind.example/"}, "", ""),
    (122, "card.expiring", {"brand": "Visa", "last4": "4242", "expires": "12/26"}, "", "acme-&-söhne"),
    (96, "server.error", {"error": "KeyError: 'weight'", "method": "POST", "address": "/cart/", "where": "cart.py:88"},
     "", ""),
    (94, "server.error", {"error": "KeyError: 'weight'", "method": "POST", "address": "/cart/", "where": "cart.py:88"},
     "", ""),
    (58, "payment.failed", {"amount_minor": 12000, "currency": "USD", "invoice": "in_2057", "reason": "Card declined."},
     "", "lagos-freight"),
    (41, "user.subscription_paused", {"until": "January"}, "", ""),
    (33, "contact.signup_failed", {"reason": "The confirmation letter bounced."}, "pia@example.net", ""),
    (12, "contact.signed_up", {"plan": "Basic", "source": "Newsletter"}, "marta@example.pt", ""),
]  # fmt: skip
NAMES = {"marta@example.pt": "Marta Quintela"}


def happen(workspace: Workspace, mates: dict[str, Teammate]) -> None:
    """Track all that happened, each at its time."""
    now = timezone.now()
    for minutes, kind, data, who, account in HAPPENED:
        if kind == "stats.reported":
            data = {**data, "on": str((now - timedelta(days=1)).date())}
        key = "email" if "@" in who else "external_id"
        contact = {key: who, **({"name": NAMES[who]} if who in NAMES else {})} if who else None
        take_in(
            workspace,
            event_named(kind, data),
            contact=contact,
            account={"external_id": account} if account else None,
            occurred_at=now - timedelta(minutes=minutes),
        )
    record(
        "workspace.created", workspace=workspace, by=COMMAND_LINE.as_teammate(mates["ada"]), subject=workspace.name,
        slug=workspace.slug, timezone=workspace.timezone,
    )  # fmt: skip
