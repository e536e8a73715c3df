"""Nudges: each carries nothing and may run as often as it likes."""

from __future__ import annotations

from celery import shared_task

from inbox.people.nudge import work_through
from integrations.stripe import backfill, expiring, forgetting, working
from notifications.ops.runs import nightly, once


@shared_task
def work_stripe_events() -> None:
    """Work what Stripe has told."""
    work_through("integrations.tasks.work_stripe_events", working.drain)


@shared_task
def link_stripe_customers() -> None:
    """Link customers of Stripe's whose account is there by now."""
    working.look_again()


@shared_task
def fetch_from_stripe() -> None:
    """Fetch from Stripe's API what was asked for."""
    work_through("integrations.tasks.fetch_from_stripe", backfill.drain)


@shared_task
def tell_expiring_cards() -> None:
    """Tell of cards that end this month or the next one, once a day."""
    with once("tell of expiring cards", nightly(6, 20)) as mine:
        if mine:
            expiring.tell_expiring()


@shared_task
def forget_stripe_events() -> None:
    """Forget what Stripe told long ago, once a night."""
    with once("forget Stripe's events", nightly(4, 10)) as mine:
        if mine:
            forgetting.forget_old()
