"""What was before the webhooks came: read from the API page by page, and kept as events of our own making.

Such an event says how an object is now, at the moment of asking; it has no type that tells anything, so that nothing
old is told. Every later webhook about the object wins over it, and it wins over every earlier one.
"""

from __future__ import annotations

import hashlib
import json
import logging
import random
import time
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from inbox.people.models import Workspace
from inbox.people.nudge import nudge_on_commit
from integrations.stripe import intake
from integrations.stripe.client import Stripe, StripeError
from integrations.stripe.models import StripeBackfill, StripeEvent

log = logging.getLogger(__name__)

TASK = "integrations.tasks.fetch_from_stripe"
LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 8
# The lists, in turn; what each is asked beside, and under which type its objects are kept.
LISTS: dict[str, tuple[dict[str, str], str]] = {
    "products": ({}, "product.fetched"),
    "customers": ({"expand[]": "data.invoice_settings.default_payment_method"}, "customer.fetched"),
    "subscriptions": ({"status": "all"}, "customer.subscription.fetched"),
}


def ask(workspace: Workspace) -> StripeBackfill:
    """Have everything fetched; return the backfill: the one that is running, if there is one."""
    with transaction.atomic():
        first = next(iter(LISTS))
        StripeBackfill.objects.bulk_create(
            [StripeBackfill(workspace=workspace, resource=first, due_at=timezone.now())], ignore_conflicts=True
        )
        nudge_on_commit(TASK)
        return StripeBackfill.objects.get(workspace=workspace, ended_at=None)


def drain() -> int:
    """Fetch a page for one backfill that is due; return how many were taken. May run anywhere, at once, and twice."""
    row = _claim()
    if row is None:
        return 0
    try:
        _fetch(row)
    except StripeError as error:
        _again(row, str(error), is_last=error.permanent, wait=error.retry_after)
    except Exception as error:
        log.exception("a page of Stripe's %s could not be kept", row.resource)
        _again(row, type(error).__name__)
    return 1


def _claim() -> StripeBackfill | None:
    now = timezone.now()
    with transaction.atomic():
        due = StripeBackfill.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
        row = due.select_related("workspace").filter(due_at__lte=now).order_by("due_at").first()
        if row is not None:
            StripeBackfill.objects.filter(pk=row.pk).update(due_at=now + LEASE, attempts=F("attempts") + 1)
            row.attempts += 1
    return row


def _fetch(row: StripeBackfill) -> None:
    asked, type_ = LISTS[row.resource]
    at = int(time.time())
    objects, more = Stripe(row.workspace).page(row.resource, row.after, **asked)
    rows = [event_of(row.workspace, type_, obj, at) for obj in objects]
    names = list(LISTS)
    last = names.index(row.resource) == len(names) - 1
    with transaction.atomic():
        locked = StripeBackfill.objects.select_for_update(no_key=True).get(pk=row.pk)
        if (locked.resource, locked.after, locked.ended_at) != (row.resource, row.after, None):
            return  # somebody else has read this page meanwhile
        StripeEvent.objects.bulk_create(rows, ignore_conflicts=True)
        locked.fetched_count += len(rows)
        locked.attempts, locked.error, locked.due_at = 0, "", timezone.now()
        if more:
            locked.after = objects[-1]["id"][:255]
        elif not last:
            locked.resource, locked.after = names[names.index(row.resource) + 1], ""
        else:
            locked.due_at, locked.ended_at = None, timezone.now()
        locked.save()
        nudge_on_commit(intake.TASK)


def event_of(workspace: Workspace, type_: str, obj: dict[str, Any], at: int) -> StripeEvent:
    """Return an object, as it was `at` that moment (unix seconds), as an event of our own making."""
    id_ = f"fetched_{at}_{hashlib.sha256(json.dumps(obj).encode()).hexdigest()[:32]}"
    envelope = {"id": id_, "object": "event", "type": type_, "created": at, "data": {"object": obj}}
    return intake.row_of(workspace, envelope, json.dumps(envelope))


def _again(row: StripeBackfill, said: str, *, is_last: bool = False, wait: float | None = None) -> None:
    now = timezone.now()
    if is_last or row.attempts >= MOST_ATTEMPTS:
        StripeBackfill.objects.filter(pk=row.pk).update(due_at=None, ended_at=now, error=said[:300])
        return
    seconds = wait or 5 * 2**row.attempts * random.uniform(0.8, 1.2)  # noqa: S311
    StripeBackfill.objects.filter(pk=row.pk).update(due_at=now + timedelta(seconds=seconds), error=said[:300])
