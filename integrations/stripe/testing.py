"""What the Test button says of a connection: exactly what is wrong, if anything."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import NamedTuple

import stripe
from django.utils import timezone

from inbox.people.models import Workspace
from integrations.connections import ConnectionUnreadable, connection_of
from integrations.models import Integration
from integrations.stripe import intake
from integrations.stripe.client import Stripe, StripeError
from integrations.stripe.models import Outcome, StripeEvent


class Finding(NamedTuple):
    """One thing that was looked at."""

    is_well: bool
    says: str


def findings(workspace: Workspace) -> list[Finding]:
    """Look at a workspace's secret, at what has come, and at its API key; return what was found."""
    try:
        config = connection_of(workspace, Integration.STRIPE)
    except ConnectionUnreadable as unreadable:
        return [Finding(False, str(unreadable))]
    if config is None:
        return [Finding(False, "Stripe is not connected: give its signing secret first.")]
    return [_signature(config.webhook_secrets), _arrivals(workspace), _work(workspace), _key(workspace, config.api_key)]


def _signature(secrets: list[str]) -> Finding:
    body = '{"id": "evt_test"}'
    header = stripe.WebhookSignature.generate_signature_header(body, secrets[0], int(time.time()))
    try:
        intake.verify(body.encode(), header, secrets)
    except intake.Unverified as refused:
        return Finding(False, str(refused))
    count = f"{len(secrets)} signing secrets are set, any of them will do." if len(secrets) > 1 else ""
    return Finding(True, count or "A signing secret is set, and signs as Stripe does.")


def _arrivals(workspace: Workspace) -> Finding:
    row = StripeEvent.objects.filter(workspace=workspace).exclude(event_id__startswith="fetched_")
    last = row.order_by("-pk").values_list("type", "received_at").first()
    if last is None:
        return Finding(
            False,
            "No event has come yet. In Stripe open the endpoint and look at its deliveries: 403 means another signing "
            "secret, 404 another address.",
        )
    return Finding(True, f"The last event, {last[0]}, came at {last[1]:%Y-%m-%d %H:%M} UTC.")


def _work(workspace: Workspace) -> Finding:
    rows = StripeEvent.objects.filter(workspace=workspace)
    if rows.filter(outcome=Outcome.FAILED).exists():
        return Finding(False, "Some events could not be worked. They are in the list below and can be replayed.")
    late = rows.filter(due_at__lt=timezone.now() - timedelta(minutes=5)).exists()
    return Finding(not late, "Events wait for a worker: is one running?" if late else "Every event is worked.")


def _key(workspace: Workspace, key: object) -> Finding:
    if key is None:
        return Finding(True, "There is no API key. That is fine: only fetching what was before needs one.")
    try:
        Stripe(workspace).page("customers")
    except StripeError as error:
        return Finding(False, str(error))
    return Finding(True, "The API key may read customers.")
