"""What beat calls, and how often (seconds): each is a nudge, and whoever takes it asks the rows what is due."""

from __future__ import annotations

from typing import Any


def _every(seconds: float, task: str, *, expires: int) -> dict[str, Any]:
    """Return one entry. A nudge that waited for longer than `expires` seconds is stale: the next one does its work."""
    return {"task": task, "schedule": float(seconds), "options": {"expires": expires}}


SCHEDULE = {
    # "deliver" each second: what waits for its turn at a destination has it then.
    "wake snoozed conversations": _every(5, "inbox.tasks.wake_snoozed", expires=15),
    "end guest access": _every(5, "inbox.tasks.end_guest_access", expires=15),
    "settle assignees": _every(30, "inbox.tasks.settle_assignees", expires=60),
    "tell of stalled contacts": _every(300, "inbox.tasks.tell_stalled_contacts", expires=300),
    "tell of waiting conversations": _every(30, "inbox.tasks.tell_waiting_conversations", expires=60),
    "work Stripe's events": _every(5, "integrations.tasks.work_stripe_events", expires=15),
    "link Stripe's customers": _every(300, "integrations.tasks.link_stripe_customers", expires=300),
    "fetch from Stripe": _every(30, "integrations.tasks.fetch_from_stripe", expires=60),
    "suggest merges": _every(30, "inbox.tasks.suggest_merges", expires=60),
    "work incoming mail": _every(5, "inbox.tasks.work_incoming_mail", expires=15),
    "make exports": _every(10, "inbox.tasks.make_exports", expires=15),
    "work imports": _every(3, "imports.tasks.work_imports", expires=15),
    "settle imports": _every(10, "imports.tasks.settle_imports", expires=15),
    "send mail": _every(5, "inbox.tasks.send_mail", expires=15),
    "deliver": _every(1, "notifications.tasks.deliver", expires=15),
    "drop late rings": _every(15, "bell.tasks.drop_late_rings", expires=15),
    "forget event keys": _every(600, "notifications.tasks.forget_event_keys", expires=300),
    "forget idempotency keys": _every(600, "inbox.tasks.forget_idempotency_keys", expires=300),
    # Nightly ones are asked for all day: each runs once, after its hour (notifications/ops/runs.py).
    "report figures": _every(600, "inbox.tasks.report_figures", expires=300),
    "report the kickoff": _every(600, "inbox.tasks.report_kickoff", expires=300),
    "suggest recent merges": _every(600, "inbox.tasks.suggest_recent_merges", expires=300),
    "clear sessions": _every(600, "inbox.tasks.clear_sessions", expires=300),
    "forget read notices": _every(600, "inbox.tasks.forget_read_notices", expires=300),
    "forget incoming mail": _every(600, "inbox.tasks.forget_incoming_mail", expires=300),
    "forget Stripe's events": _every(600, "integrations.tasks.forget_stripe_events", expires=300),
    "tell of expiring cards": _every(600, "integrations.tasks.tell_expiring_cards", expires=300),
    "forget marked files": _every(60, "imports.tasks.forget_marked_files", expires=60),
    "forget import files": _every(600, "imports.tasks.forget_import_files", expires=300),
}
