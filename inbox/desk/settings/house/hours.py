"""Settings → Business hours: a week of spans, holidays, and what visitors are told now."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from inbox.desk.settings.access import settings_view
from inbox.people.audit import Actor
from inbox.people.hours import (
    DAY_NAMES,
    DAYS,
    LONGEST_NAME,
    is_open,
    next_closing,
    next_opening,
    parse_holidays,
    parse_hours,
)
from inbox.people.house import HouseRefused, change_hours
from inbox.people.models import Teammate, Workspace
from inbox.people.permissions import Permission
from inbox.people.zones import zone_of
from inbox.widget.expectation import expected_reply, when_words

EMPTY_WEEK = "Give at least one day hours, or choose “At any time”."


@dataclass
class SpanRow:
    start: str = ""
    end: str = ""
    problem: str = ""


@dataclass
class DayRow:
    key: str
    name: str
    spans: list[SpanRow] = field(default_factory=list)
    problem: str = ""


@dataclass
class HolidayRow:
    on: str = ""
    name: str = ""
    problem: str = ""


@dataclass
class Sheet:
    """What the page shows: as it is saved, or as it was sent and cannot be saved."""

    always: bool
    days: list[DayRow]
    holidays: list[HolidayRow]
    problem: str = ""

    @classmethod
    def of(cls, workspace: Workspace) -> Sheet:
        """Return what is saved of a workspace."""
        sheet = cls.of_week(workspace.business_hours)
        sheet.holidays = [HolidayRow(entry["on"], entry["name"]) for entry in workspace.holidays]
        return sheet

    @classmethod
    def of_week(cls, week: dict[str, list[list[str]]]) -> Sheet:
        """Return a week. The end of a day is 00:00 here, as that is what a field for a time can hold."""
        days = [
            DayRow(day, DAY_NAMES[day], [SpanRow(a, "00:00" if b == "24:00" else b) for a, b in week.get(day, [])])
            for day in DAYS
        ]
        return cls(not week, days, [])

    @classmethod
    def sent(cls, data: QueryDict) -> Sheet:
        """Return what a form sent. Rows that were left empty are none."""
        days = [
            DayRow(day, DAY_NAMES[day], [SpanRow(a, b) for a, b in _pairs(data, f"{day}-from", f"{day}-to")])
            for day in DAYS
        ]
        holidays = [HolidayRow(on, name) for on, name in _pairs(data, "holiday-on", "holiday-name")]
        return cls(data.get("when") != "week", days, holidays)

    def raw_hours(self) -> dict[str, list[list[str]]]:
        """Return the week as change_hours takes it."""
        if self.always:
            return {}
        return {
            day.key: [[span.start, "24:00" if span.end == "00:00" else span.end] for span in day.spans]
            for day in self.days
        }

    def raw_holidays(self) -> list[dict[str, str]]:
        """Return the holidays as change_hours takes them."""
        return [{"on": row.on, "name": row.name} for row in self.holidays]

    def take(self, problems: dict[str, str]) -> None:
        """Put each problem where it belongs: a span, a day, a holiday, or the whole."""
        days = {day.key: day for day in self.days}
        for place, problem in problems.items():
            name, _, at = place.partition(".")
            if name in days and at:
                days[name].spans[int(at)].problem = problem
            elif name in days:
                days[name].problem = problem
            elif name == "holidays" and at:
                self.holidays[int(at)].problem = problem
            else:
                self.problem = problem


@require_http_methods(["GET", "POST"])
@settings_view(Permission.MANAGE_WORKSPACE)
def hours(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show and change when the workspace answers."""
    here = teammate.workspace
    refused = False
    sheet = Sheet.sent(request.POST) if request.method == "POST" else Sheet.of(here)
    if request.method == "POST":
        try:
            if not sheet.always and not any(day.spans for day in sheet.days):
                raise HouseRefused({"week": EMPTY_WEEK})
            actor = Actor.of(request, teammate)
            change_hours(here, hours=sheet.raw_hours(), holidays=sheet.raw_holidays(), by=actor)
        except HouseRefused as error:
            sheet.take(error.problems)
            refused = True
        else:
            messages.success(request, "Saved.")
            return redirect("settings-hours")
    context = {"teammate": teammate, "workspace": here, "sheet": sheet, "blank_span": SpanRow("09:00", "18:00")}
    context |= {"blank_holiday": HolidayRow(), "now": _now(here), "refused": refused, "longest_name": LONGEST_NAME}
    return render(request, "settings/house/hours.html", context, status=422 if refused else 200)


def _now(workspace: Workspace) -> dict[str, object]:
    """Return whether it is open, until or from when, and what a visitor reads."""
    moment, zone = timezone.now(), zone_of(workspace.timezone)
    table = parse_hours(workspace.business_hours), parse_holidays(workspace.holidays), zone
    opened = is_open(*table, moment)
    change = next_closing(*table, moment) if opened else next_opening(*table, moment)
    return {
        "open": opened,
        "change": when_words(change, moment, workspace.timezone) if change is not None else "",
        "told": expected_reply(workspace, moment),
    }


def _pairs(data: QueryDict, one: str, other: str) -> list[tuple[str, str]]:
    """Return the rows of two columns, without those that are empty in both."""
    firsts, seconds = ([value.strip() for value in data.getlist(name)] for name in (one, other))
    longest = max(len(firsts), len(seconds))
    firsts += [""] * (longest - len(firsts))
    seconds += [""] * (longest - len(seconds))
    return [(a, b) for a, b in zip(firsts, seconds, strict=True) if a or b]
