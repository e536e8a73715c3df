"""Settings → Connections → Stripe: its last events, who waits to be linked, a test."""

from __future__ import annotations

import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from inbox.desk.settings.access import settings_view
from inbox.models import Account
from inbox.people.audit import Actor, record
from inbox.people.models import Teammate
from inbox.people.permissions import Permission
from integrations.stripe import backfill, linking, testing, working
from integrations.stripe.models import StripeBackfill, StripeCustomer, StripeEvent

SHOWN = 50


@never_cache
@require_safe
@settings_view(Permission.MANAGE_KEYS)
def events(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show the last events with their verdict, and those who wait for their account."""
    return _page(request, teammate)


@require_POST
@settings_view(Permission.MANAGE_KEYS)
def replay(request: HttpRequest, teammate: Teammate, event: uuid.UUID) -> HttpResponse:
    """Have an event worked once more."""
    row = get_object_or_404(StripeEvent, workspace=teammate.workspace, public_id=event)
    working.replay(row)
    messages.success(request, f"{row.type} is worked once more. What was told of it already is not told again.")
    return redirect("settings-stripe")


@require_POST
@settings_view(Permission.MANAGE_KEYS)
def link(request: HttpRequest, teammate: Teammate, customer: uuid.UUID) -> HttpResponse:
    """Link a customer to the account with the external id that is given."""
    waiting = get_object_or_404(StripeCustomer, workspace=teammate.workspace, public_id=customer)
    given = request.POST.get("account", "").replace("\0", "").strip()
    account = Account.objects.filter(workspace=teammate.workspace, external_id=given).first()
    if account is None:
        problem = f"There is no account with the external id “{given[:80]}”." if given else "Give an account's id."
        return _page(request, teammate, status=422, refused=(waiting.pk, problem, given))
    working.link_by_hand(waiting, account)
    record(
        "stripe.linked", workspace=teammate.workspace, by=Actor.of(request, teammate), subject=waiting.customer_id,
        account=account.external_id,
    )  # fmt: skip
    messages.success(request, f"{waiting.customer_id} is {account}. What waited for that is worked now.")
    return redirect("settings-stripe")


@require_POST
@settings_view(Permission.MANAGE_KEYS)
def test(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Say whether the connection works, and what is wrong if not."""
    return _page(request, teammate, findings=testing.findings(teammate.workspace))


@require_POST
@settings_view(Permission.MANAGE_KEYS)
def fetch(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Have all customers and subscriptions fetched from Stripe's API."""
    backfill.ask(teammate.workspace)
    messages.success(request, "What Stripe has is being fetched. This page says how far it has come.")
    return redirect("settings-stripe")


def _page(
    request: HttpRequest,
    teammate: Teammate,
    *,
    status: int = 200,
    refused: tuple[int, str, str] | None = None,
    findings: list[testing.Finding] | None = None,
) -> HttpResponse:
    workspace = teammate.workspace
    waiting = list(StripeCustomer.objects.filter(workspace=workspace, account=None).order_by("-pk")[: SHOWN + 1])
    told = linking.told_of(workspace, [one.customer_id for one in waiting[:SHOWN]]) if waiting else {}
    context = {
        "teammate": teammate,
        "workspace": workspace,
        "events": StripeEvent.objects.filter(workspace=workspace).defer("raw").order_by("-pk")[:SHOWN],
        "waiting": [(one, told.get(one.customer_id, "")) for one in waiting[:SHOWN]],
        "more_wait": len(waiting) > SHOWN,
        "refused": refused,
        "findings": findings,
        "backfill": StripeBackfill.objects.filter(workspace=workspace).order_by("-pk").first(),
        "api_host": urlsplit(settings.STRIPE_API_URL).netloc,
    }
    return render(request, "integrations/stripe/events.html", context, status=status)
