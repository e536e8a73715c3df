"""Forgetting Stripe's old events: all that no account is made from, and that waits for nobody."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from integrations.stripe.keeping import SECONDS_READ, STATES
from integrations.stripe.models import Outcome, StripeEvent

BATCH = 1000

# Of each object that accounts are made from, the events of its last seconds stay, however old: those are read.
_DELETE = """
DELETE FROM integrations_stripeevent AS old
WHERE old.id = ANY(%(ids)s) AND old.due_at IS NULL AND old.outcome = ANY(%(outcomes)s) AND NOT (
    old.object_type = ANY(%(states)s) AND (
        SELECT count(*) FROM (
            SELECT DISTINCT new.created FROM integrations_stripeevent AS new
            WHERE new.workspace_id = old.workspace_id AND new.object_id = old.object_id AND new.created > old.created
                AND new.object_type = old.object_type AND new.customer_id = old.customer_id
            LIMIT %(seconds)s
        ) AS later
    ) < %(seconds)s
)
"""


def forget_old() -> int:
    """Delete events that came more than STRIPE_EVENTS_DAYS ago, a batch at a time; return how many. What waits for its
    account, and what could not be worked, stays until that is done."""
    before = timezone.now() - timedelta(days=settings.STRIPE_EVENTS_DAYS)
    last, deleted = 0, 0
    # By their keys, which are in the order of arrival, or nearly: one that is out of it goes another night.
    while rows := list(StripeEvent.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "received_at")[:BATCH]):
        last = rows[-1][0]
        old = [pk for pk, received_at in rows if received_at < before]
        if not old:
            break
        with connection.cursor() as cursor:
            cursor.execute(_DELETE, {
                "ids": old, "outcomes": [Outcome.WORKED, Outcome.KEPT], "states": [*STATES, "product"],
                "seconds": SECONDS_READ,
            })  # fmt: skip
            deleted += cursor.rowcount
    return deleted
