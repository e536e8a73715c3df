"""Do not disturb: from the menu of one's own face, and from Settings → Notifications."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from inbox.desk.access import desk_view
from inbox.people.models import Teammate
from inbox.people.zones import zone_of
from notifications.personal import schedules

HOUR = timedelta(hours=1)
WHICH = "Choose for how long: an hour, until tomorrow morning, or until a day and time."


@require_POST
@desk_view
def quiet(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Have me not disturbed `for` an "hour", until the "morning", "until" a local time, or "off"."""
    now = timezone.now()
    by_menu = bool(request.headers.get("HX-Request"))
    try:
        schedules.be_quiet(teammate, _asked(request, teammate, now), now)
    except schedules.ScheduleRefused as refused:
        if by_menu:
            return HttpResponse(str(refused), status=400, content_type="text/plain")
        messages.error(request, str(refused))
    teammate.schedule = schedules.schedule_of(teammate)
    return render(request, "desk/_me.html", {"teammate": teammate}) if by_menu else redirect("settings-notifications")


def _asked(request: HttpRequest, teammate: Teammate, now: datetime) -> datetime | None:
    match request.POST.get("for"):
        case "off":
            return None
        case "hour":
            return now + HOUR
        case "morning":
            return schedules.next_morning(teammate, schedules.schedule_of(teammate), now)
        case "until":
            return _local(request.POST.get("until", ""), teammate.user.timezone)
    raise schedules.ScheduleRefused(WHICH)


def _local(text: str, zone: str) -> datetime:
    """Return what a field for a day and time sent, as a moment in the teammate's zone. Raises ScheduleRefused."""
    try:
        written = datetime.fromisoformat(text)
    except ValueError:
        raise schedules.ScheduleRefused("Give the day and the time.") from None
    return written if written.tzinfo is not None else written.replace(tzinfo=zone_of(zone))
