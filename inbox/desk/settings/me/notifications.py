"""Settings → Notifications: what one is told, over what, and when."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from inbox.desk.quiet import moment_words, week_words
from inbox.desk.settings.access import settings_view
from inbox.desk.settings.house.hours import Sheet, SpanRow
from inbox.desk.settings.me.matrix import matrix, save
from inbox.desk.settings.me.push import push_context
from inbox.people.hours import HoursRefused, parse_hours
from inbox.people.models import Teammate
from notifications import bounces
from notifications.models import HoursOf
from notifications.personal import quiet, schedules
from notifications.personal.preferences import ChoiceRefused, choose

# How the form names them: the editor of a week (settings/house-hours.js) opens for "week".
_WHEN = {"workspace": HoursOf.WORKSPACE, "week": HoursOf.OWN, "always": HoursOf.ALWAYS}


@require_safe
@settings_view()
def page(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show all of it."""
    return _page(request, teammate)


@require_POST
@settings_view()
def choices(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Save what was ticked: one box (`choice`, `way`, `on`), answered 204 or 422, or the whole form."""
    if "choice" not in request.POST:
        save(teammate, request.POST)
        messages.success(request, "Saved.")
        return redirect("settings-notifications")
    try:
        choose(teammate, request.POST["choice"], request.POST.get("way", ""), request.POST.get("on") == "yes")
    except ChoiceRefused as refused:
        return HttpResponse(str(refused), status=422, content_type="text/plain")
    return HttpResponse(status=204)


@require_POST
@settings_view()
def schedule(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Save when I want to be told."""
    sheet = Sheet.sent(request.POST)
    when = request.POST.get("when", "")
    try:
        schedules.set_hours(teammate, _WHEN.get(when, ""), sheet.raw_hours())
    except HoursRefused as refused:
        sheet.take(refused.problems)
    except schedules.ScheduleRefused as refused:
        sheet.problem = str(refused)
    else:
        messages.success(request, "Saved.")
        return redirect("settings-notifications")
    return _page(request, teammate, when=when, sheet=sheet, status=422)


@require_POST
@settings_view()
def mail_again(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Have mail sent to my address again, after it came back."""
    bounces.works_again(teammate.email)
    messages.success(request, f"Mail goes to {teammate.email} again.")
    return redirect("settings-notifications")


def _page(
    request: HttpRequest, teammate: Teammate, *, when: str = "", sheet: Sheet | None = None, status: int = 200
) -> HttpResponse:
    here = teammate.workspace
    push = push_context(teammate)
    context = {
        "teammate": teammate,
        "workspace": here,
        **push,
        **matrix(teammate, push["devices"]),
        **_schedule(teammate, when, sheet),
        "blank_span": SpanRow("09:00", "18:00"),
        "email_after": here.email_after_seconds // 60,
    }
    return render(request, "settings/me/notifications.html", context, status=status)


def _schedule(teammate: Teammate, when: str, sheet: Sheet | None) -> dict[str, Any]:
    """Return the week as it was sent, or as it is saved, and what follows from what is saved just now."""
    now, mine = timezone.now(), schedules.schedule_of(teammate)
    until = quiet.quiet_until(teammate, mine, now)
    asked, house = mine.quiet_until, parse_hours(teammate.workspace.business_hours)
    return {
        "when": when or next(word for word, whose in _WHEN.items() if whose == mine.hours),
        "sheet": sheet or Sheet.of_week(mine.own_hours),
        "house_hours": "" if house.always else week_words(house),
        "holidays": len(teammate.workspace.holidays),
        "quiet_until": moment_words(until, now, teammate.user.timezone) if until is not None else "",
        "is_asked": asked is not None and asked > now,
    }
