"""Asking Stripe how something is now, where its events leave that open and there is an API key."""

from __future__ import annotations

import logging
import time

from django.db import transaction

from inbox.people.nudge import nudge_on_commit
from integrations.stripe import backfill, intake
from integrations.stripe.client import Stripe, StripeError
from integrations.stripe.models import StripeEvent
from integrations.stripe.shapes import Happening, id_of

log = logging.getLogger(__name__)


def refetch(row: StripeEvent) -> None:
    """Keep what an event leaves open as it is now: a subscription that was updated twice within one second, the charge
    that is disputed. Without a key, or an answer, what the events say stands. Never within a transaction or a request.
    """
    resource, id_, type_ = _wanted(row)
    if not id_:
        return
    at = int(time.time())
    try:
        obj = Stripe(row.workspace).one(resource, id_)
    except StripeError as error:
        log.info("%s of %s was not fetched: %s", id_, row.workspace.slug, error)
        return
    if id_of(obj) != id_:
        return
    with transaction.atomic():
        fetched = backfill.event_of(row.workspace, type_, obj, at)
        StripeEvent.objects.bulk_create([fetched], ignore_conflicts=True)
        nudge_on_commit(intake.TASK)


def _wanted(row: StripeEvent) -> tuple[str, str, str]:
    """Return which list an object is in, its id ("" where nothing is open) and the type to keep it under."""
    known = StripeEvent.objects.filter(workspace=row.workspace)
    if row.type == "customer.subscription.updated":
        doubled = known.filter(object_id=row.object_id, created=row.created, type=row.type).exclude(pk=row.pk)
        return "subscriptions", row.object_id if doubled.exists() else "", "customer.subscription.fetched"
    if row.object_type == "dispute" and not row.customer_id:
        charge = id_of(Happening.read(row.raw).object.get("charge"))
        is_known = known.filter(object_id=charge).exists()
        return "charges", "" if is_known else charge, "charge.fetched"
    return "", "", ""
