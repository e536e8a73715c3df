"""The page of one account: its plan and its people, and what they talked about."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from django.core.signing import BadSignature
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from inbox.contacts.attributes import definitions_of
from inbox.desk.activity.sight import visible_events
from inbox.desk.contacts import person
from inbox.desk.contacts.counts import with_people
from inbox.desk.contacts.paging import CONTACT_PARTS, page_of
from inbox.desk.settings.access import settings_view
from inbox.models import Account, Contact, Conversation
from inbox.models.profiles import ProfileKind
from inbox.models.sight import ConversationQuerySet
from inbox.people.models import Teammate
from inbox.people.permissions import Permission
from notifications.models import Event

PEOPLE = 12
# From this part of the seats on the page warns.
NEARLY_FULL = 0.9
STRIPE = "https://dashboard.stripe.com"
_CUSTOMER = re.compile(r"cus_[A-Za-z0-9]{1,250}")
_SUBSCRIPTION = re.compile(r"sub_[A-Za-z0-9]{1,250}")


@never_cache
@require_safe
@settings_view()
def account(request: HttpRequest, teammate: Teammate, external_id: str) -> HttpResponse:
    """Show an account."""
    return draw(request, teammate, account_or_404(teammate, external_id))


@never_cache
@require_safe
@settings_view()
def people(request: HttpRequest, teammate: Teammate, external_id: str) -> HttpResponse:
    """Return more people of an account as a fragment."""
    found = account_or_404(teammate, external_id)
    try:
        rows, more = page_of(_people(found), CONTACT_PARTS["active"], request.GET.get("before", ""), PEOPLE)
    except BadSignature:
        return HttpResponse("This place in the list is not known; load the page again.", status=400)
    return render(request, "accounts/_people.html", {"people": rows, "more": _older("account-people", found, more)})


@never_cache
@require_safe
@settings_view()
def conversations(request: HttpRequest, teammate: Teammate, external_id: str) -> HttpResponse:
    """Return older conversations of an account's people as a fragment."""
    found = account_or_404(teammate, external_id)
    try:
        rows, more = person.conversations_page(_conversations(found, teammate), request.GET.get("before", ""))
    except BadSignature:
        return HttpResponse("This place in the list is not known; load the page again.", status=400)
    context = {"conversations": rows, "named": True, "more": _older("account-conversations", found, more)}
    return render(request, "contacts/_conversations.html", context)


@never_cache
@require_safe
@settings_view()
def events(request: HttpRequest, teammate: Teammate, external_id: str) -> HttpResponse:
    """Return older events of an account as a fragment."""
    found = account_or_404(teammate, external_id)
    lines, more = person.events_page(_events(found, teammate), teammate, request.GET.get("before", ""))
    return render(request, "contacts/_events.html", {"lines": lines, "more": _older("account-events", found, more)})


def account_or_404(teammate: Teammate, external_id: str) -> Account:
    """Return the workspace's account with this id. Raises Http404."""
    if "\0" in external_id:
        external_id = ""
    mine = Account.objects.filter(workspace=teammate.workspace_id).select_related("owner__root")
    return get_object_or_404(mine, external_id=external_id)


def draw(
    request: HttpRequest, teammate: Teammate, account: Account, wrong: Mapping[str, str] | None = None
) -> HttpResponse:
    """Show an account. `wrong` is what somebody typed and could not be kept: its `place`, `value` and `why`."""
    rows, more_people = page_of(_people(account), CONTACT_PARTS["active"], size=PEOPLE)
    talked, more_talked = person.conversations_page(_conversations(account, teammate), "")
    lines, more_lines = person.events_page(_events(account, teammate), teammate, "")
    with_people([account])
    context: dict[str, Any] = {
        "teammate": teammate,
        "workspace": teammate.workspace,
        "may_write": teammate.may(Permission.WRITE),
        "account": account,
        "owner": account.owner.person if account.owner is not None else None,
        "nearly_full": is_nearly_full(account),
        "seats_warn": max(math.ceil((account.seat_limit or 0) * NEARLY_FULL) - 1, 0),
        "stripe_customer": stripe_url("customers", account.stripe_customer_id),
        "stripe_subscription": stripe_url("subscriptions", account.stripe_subscription_id),
        "attributes": person.attributes_of(
            account.attributes, definitions_of(teammate.workspace_id, ProfileKind.ACCOUNT)
        ),
        "change_attribute": reverse("account-attribute", args=[account.external_id]),
        "people": rows,
        "all_people": f"{reverse('contacts')}?{urlencode({'f': f'account.id:is:{account.external_id}'})}",
        "more_people": _older("account-people", account, more_people),
        "conversations": talked,
        "more_conversations": _older("account-conversations", account, more_talked),
        "lines": lines,
        "more_events": _older("account-events", account, more_lines),
        "wrong": wrong or {},
    }
    return render(request, "accounts/account.html", context, status=422 if wrong else 200)


def is_nearly_full(account: Account) -> bool:
    """Whether few seats or none are left."""
    if account.seats is None or not account.seat_limit:
        return False
    return account.seats >= account.seat_limit * NEARLY_FULL


def stripe_url(what: str, known: str) -> str:
    """Return where Stripe's dashboard shows a customer or a subscription; "" for what is no id of Stripe's."""
    shape = _CUSTOMER if what == "customers" else _SUBSCRIPTION
    return f"{STRIPE}/{what}/{known}" if shape.fullmatch(known) else ""


def _people(account: Account) -> QuerySet[Contact]:
    return Contact.objects.filter(workspace=account.workspace_id, account=account, root__isnull=True)


def _conversations(account: Account, teammate: Teammate) -> ConversationQuerySet:
    theirs = Contact.objects.filter(Q(account=account, root__isnull=True) | Q(root__account=account))
    theirs = theirs.filter(workspace=account.workspace_id)
    return Conversation.objects.visible_to(teammate).filter(contact__in=theirs.order_by().values("pk"))


def _events(account: Account, teammate: Teammate) -> QuerySet[Event]:
    return visible_events(teammate).filter(account=account.external_id)


def _older(name: str, account: Account, before: str) -> str:
    return f"{reverse(name, args=[account.external_id])}?{urlencode({'before': before})}" if before else ""
