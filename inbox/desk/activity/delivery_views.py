"""Deliveries: what was told where, what failed first."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from inbox.desk.activity.medium import label, short_address
from inbox.desk.activity.sight import visible_deliveries
from inbox.desk.activity.told import Told
from inbox.desk.settings.access import settings_view
from inbox.people.models import Teammate
from inbox.people.permissions import Permission
from notifications import queries
from notifications.models import Delivery
from notifications.resending import resend_failed
from notifications.transports import all_transports
from notifications.words import Status

# What the page shows at first: what may need somebody, in this order, so many of each.
SECTIONS = (
    ("failed", "Failed", (Status.FAILED,)),
    ("pending", "On their way", (Status.PENDING, Status.SENDING)),
    ("suppressed", "Not sent", (Status.SUPPRESSED,)),
    ("sent", "Sent", (Status.SENT,)),
    ("settled", "Settled", (Status.SETTLED,)),
)
OF_EACH = 10


@never_cache
@require_safe
@settings_view()
def index(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show the newest deliveries of each state, or all of one state or transport, page by page."""
    state, transport = request.GET.get("status", ""), request.GET.get("transport", "")
    chosen = next((section for section in SECTIONS if section[0] == state), None)
    transport = transport if transport in all_transports() else ""
    rows = _rows(teammate, transport)
    sections = [
        _section(teammate, rows, request, section, whole=chosen is not None)
        for section in SECTIONS
        if chosen in (None, section)
    ]
    failed: list[Told] = next((section["told"] for section in sections if section["key"] == "failed"), [])
    context = {
        "teammate": teammate,
        "workspace": teammate.workspace,
        "tab": "deliveries",
        "may_act": teammate.may(Permission.WRITE),
        "sections": [section for section in sections if section["told"]],
        "states": [(key, title) for key, title, _ in SECTIONS],
        "state": state if chosen else "",
        "transport": transport,
        "transports": [(name, label(name)) for name in all_transports()],
        "places": _places(failed),
    }
    return render(request, "activity/deliveries.html", context)


@require_POST
@settings_view(Permission.WRITE)
def resend_all(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Have all that failed at the address of one delivery (`like`) sent again."""
    failed = get_object_or_404(_rows(teammate, ""), public_id=_uuid(request.POST.get("like", "")))
    transport, address = failed.transport, failed.address
    resent = resend_failed(visible_deliveries(teammate), transport, address)
    count = resent.count
    where = short_address(address) or label(transport)
    if count:
        messages.success(request, f"{count} to {where} {'is' if count == 1 else 'are'} being sent again.")
    elif not resent.refused:
        messages.info(request, f"Nothing to {where} has failed any more.")
    if resent.refused:
        said = "Switch the route on, or make another one."
        messages.error(request, f"{resent.refused} not: the route was deleted or is switched off. {said}")
    return redirect("deliveries")


def _rows(teammate: Teammate, transport: str) -> QuerySet[Delivery]:
    rows = visible_deliveries(teammate).select_related("event", "rule", "posting")
    return rows.filter(transport=transport) if transport else rows


def _section(
    teammate: Teammate,
    rows: QuerySet[Delivery],
    request: HttpRequest,
    section: tuple[str, str, tuple[Status, ...]],
    *,
    whole: bool,
) -> dict[str, Any]:
    key, title, statuses = section
    before = request.GET.get("before", "") if whole else ""
    rows = rows.filter(status__in=statuses)
    found, cursor = queries.page_of(rows, teammate.workspace_id, before, queries.PAGE if whole else OF_EACH)
    query = request.GET.copy()
    query["status"] = key
    query.pop("before", None)
    if whole and cursor:
        query["before"] = cursor
    return {
        "key": key,
        "title": title,
        "told": [Told.of(row) for row in found],
        "more": f"?{query.urlencode()}" if cursor else "",
    }


def _places(failed: list[Told]) -> list[Told]:
    """Return one failed delivery for each address at which something of what is shown failed."""
    return list({(told.delivery.transport, told.delivery.address): told for told in failed}.values())


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)
