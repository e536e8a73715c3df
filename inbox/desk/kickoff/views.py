"""The weekly kickoff: a week's figures, and the records behind each of them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from inbox.desk.kickoff.lists import LISTS, page_of
from inbox.desk.kickoff.tiles import changes_of, context_of
from inbox.desk.settings.access import settings_view
from inbox.kickoff.figures import kickoff_of
from inbox.kickoff.week import FIRST_YEAR, Week, WeekUnknown
from inbox.people.models import Teammate
from inbox.people.zones import zone_of, zone_words

FIRST = f"{FIRST_YEAR}-W01"


@never_cache
@require_safe
@settings_view()
def newest(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Lead to the week that is over."""
    return redirect("kickoff-week", week=_now(teammate).before.key)


@never_cache
@require_safe
@settings_view()
def page(request: HttpRequest, teammate: Teammate, week: str) -> HttpResponse:
    """Show a week."""
    asked = _week(teammate, week)
    kickoff = kickoff_of(teammate.workspace, asked)
    link = request.build_absolute_uri(reverse("kickoff-week", kwargs={"week": asked.key}))
    context = {**_context(teammate, asked), **context_of(kickoff, link), "changes": changes_of(kickoff)}
    return render(request, "kickoff/index.html", context)


@never_cache
@require_safe
@settings_view()
def behind(request: HttpRequest, teammate: Teammate, week: str, what: str) -> HttpResponse:
    """List the records behind a number of a week: those that the teammate may see."""
    asked = _week(teammate, week)
    if what not in LISTS:
        raise Http404
    found = page_of(LISTS[what], teammate, asked, request.GET.get("before", ""))
    return render(request, "kickoff/records.html", {**_context(teammate, asked), "list": LISTS[what], "found": found})


def _now(teammate: Teammate) -> Week:
    return Week.of(timezone.now(), zone_of(teammate.workspace.timezone))


def _week(teammate: Teammate, key: str) -> Week:
    try:
        return Week.read(key, zone_of(teammate.workspace.timezone))
    except WeekUnknown as unknown:
        raise Http404(str(unknown)) from None


def _context(teammate: Teammate, week: Week) -> dict[str, Any]:
    now = _now(teammate)
    return {
        "teammate": teammate,
        "workspace": teammate.workspace,
        "week": week,
        "earlier": week.before if week.key > FIRST else None,
        "later": week.after if week.monday < now.monday else None,
        "is_running": week == now,
        "is_to_come": week.monday > now.monday,
        "zone": zone_words(teammate.workspace.timezone),
    }
