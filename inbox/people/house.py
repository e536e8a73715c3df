"""The verbs of a workspace's own settings. Each is one transaction, under the workspace's row lock, with its fact."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from inbox.people import audit
from inbox.people.audit import Actor
from inbox.people.hours import DAYS, HoursRefused, parse_holidays, parse_hours
from inbox.people.models import Workspace
from inbox.people.models.workspaces import ACCENT, WidgetSide, new_identity_secret
from inbox.people.origins import OriginRefused, parse_origins
from inbox.people.permissions import Permission, require
from inbox.people.zones import is_zone

# A day of minutes. Beyond it, what waits is found in the inbox.
LONGEST_WAIT = 1440


class HouseRefused(ValueError):
    """A setting cannot be as asked. `problems` says what to do, by the name of the setting."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


def change_workspace(
    workspace: Workspace,
    *,
    name: str,
    timezone: str,
    accent: str,
    answer_within: str | None = None,
    email_after: str | None = None,
    push_shows_text: bool | None = None,
    by: Actor,
) -> Workspace:
    """Change what the workspace is called, the zone that it lives in, its colour, how many minutes a customer may wait
    for an answer until it is told ("0": never told), after how many minutes what is unread is told by email too ("0":
    at once), and whether what is pushed may hold the words of messages. None leaves a setting as it is.

    Raises HouseRefused, Forbidden.
    """
    problems: dict[str, str] = {}
    fields: dict[str, Any] = {
        "name": _text("name", name, problems),
        "timezone": _zone(timezone, problems),
        "accent": _accent(accent, problems),
    }
    if answer_within is not None:
        fields["answer_within_minutes"] = _minutes("answer_within", answer_within, "never", problems)
    if email_after is not None:
        fields["email_after_seconds"] = 60 * _minutes("email_after", email_after, "at once", problems)
    if push_shows_text is not None:
        fields["push_shows_text"] = push_shows_text
    if not fields["name"]:
        problems["name"] = problems.get("name", "Give the workspace a name; customers see it.")
    return _change("workspace.changed", workspace, fields, problems, by)


def change_hours(workspace: Workspace, *, hours: Any, holidays: Any, by: Actor) -> Workspace:
    """Set the week ({} for always) and the holidays, in the shapes of inbox/people/hours.py.

    Raises HouseRefused with HoursRefused's places, Forbidden.
    """
    problems: dict[str, str] = {}
    fields: dict[str, Any] = {}
    try:
        fields["business_hours"] = parse_hours(hours).raw()
    except HoursRefused as refused:
        problems |= refused.problems
    try:
        fields["holidays"] = [holiday.raw() for holiday in parse_holidays(holidays)]
    except HoursRefused as refused:
        problems |= refused.problems
    return _change("hours.changed", workspace, fields, problems, by, _hours_in_words)


def change_widget(
    workspace: Workspace, *, title: str, greeting: str, side: str, accent: str, origins: str, by: Actor
) -> Workspace:
    """Change how the widget looks, what it says, and the sites that may carry it (one a line, none for any).

    Raises HouseRefused, Forbidden.
    """
    problems: dict[str, str] = {}
    fields: dict[str, Any] = {
        "widget_title": _text("title", title, problems, "widget_title"),
        "greeting": _text("greeting", greeting, problems),
        "widget_side": side,
        "accent": _accent(accent, problems),
    }
    if side not in WidgetSide.values:
        problems["side"] = "Choose left or right."
    try:
        fields["widget_origins"] = parse_origins(origins)
    except OriginRefused as refused:
        problems["origins"] = str(refused)
    return _change("widget.changed", workspace, fields, problems, by)


def rotate_identity_secret(workspace: Workspace, *, by: Actor) -> str:
    """Make a new identity secret and return it; signatures under the former one stay good until it is retired.

    Raises HouseRefused where a former one is still good: a third would end it unseen. Raises Forbidden.
    """
    with _locked(workspace, by, Permission.MANAGE_KEYS) as locked:
        if locked.previous_identity_secret:
            raise HouseRefused({"secret": "Retire the former secret first: two at a time are the most."})
        locked.previous_identity_secret = locked.identity_secret
        locked.identity_secret = new_identity_secret()
        locked.identity_secret_rotated_at = timezone.now()
        locked.save(update_fields=["previous_identity_secret", "identity_secret", "identity_secret_rotated_at"])
        audit.record("identity_secret.rotated", workspace=locked, by=by)
        return str(locked.identity_secret)


def retire_identity_secret(workspace: Workspace, *, by: Actor) -> bool:
    """End the former identity secret. Return whether there was one. Raises Forbidden."""
    with _locked(workspace, by, Permission.MANAGE_KEYS) as locked:
        if not locked.previous_identity_secret:
            return False
        locked.previous_identity_secret = None
        locked.save(update_fields=["previous_identity_secret"])
        audit.record("identity_secret.retired", workspace=locked, by=by)
        return True


def show_identity_secret(workspace: Workspace, *, by: Actor) -> str:
    """Return the identity secret and write down that it was shown. Raises Forbidden."""
    with _locked(workspace, by, Permission.MANAGE_KEYS) as locked:
        audit.record("identity_secret.shown", workspace=locked, by=by)
        return str(locked.identity_secret)


@contextmanager
def _locked(workspace: Workspace, by: Actor, permission: Permission) -> Iterator[Workspace]:
    if by.teammate is not None:
        require(by.teammate, permission)
    with transaction.atomic():
        yield Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)


def _change(
    kind: str,
    workspace: Workspace,
    fields: dict[str, Any],
    problems: dict[str, str],
    by: Actor,
    tell: Callable[[dict[str, Any]], dict[str, Any]] = dict,
) -> Workspace:
    """Write the fields that differ, with one fact that says (as `tell` puts it) what was and what is.

    Return the workspace as it is now.
    """
    with _locked(workspace, by, Permission.MANAGE_WORKSPACE) as locked:
        if problems:
            raise HouseRefused(problems)
        before = {name: getattr(locked, name) for name in fields if getattr(locked, name) != fields[name]}
        if not before:
            return locked
        after = {name: fields[name] for name in before}
        for name, value in after.items():
            setattr(locked, name, value)
        locked.save(update_fields=list(after))
        was, now = tell(before), tell(after)
        differ = [name for name in now if was.get(name) != now[name]]
        told_before, told_after = ({name: words.get(name) for name in differ} for words in (was, now))
        audit.record(kind, workspace=locked, by=by, before=told_before, after=told_after)
        return locked


def _hours_in_words(fields: dict[str, Any]) -> dict[str, Any]:
    """Return a week day by day and the holidays as lines, as somebody reads them in the audit."""
    words: dict[str, Any] = {}
    if "business_hours" in fields:
        hours = parse_hours(fields["business_hours"])
        closed = "all day" if hours.always else "closed"
        for day in DAYS:
            words[day] = ", ".join(f"{start} to {end}" for start, end in hours.raw().get(day, [])) or closed
    if "holidays" in fields:
        words["holidays"] = [f"{entry['on']} {entry['name']}".strip() for entry in fields["holidays"]]
    return words


def _text(name: str, value: str, problems: dict[str, str], column: str | None = None) -> str:
    """Return a text that its column can hold, and note a problem where it cannot."""
    longest = int(getattr(Workspace._meta.get_field(column or name), "max_length", 0))
    text = value.strip().replace("\r\n", "\n")
    if len(text) > longest:
        problems[name] = f"{longest} characters at most; these are {len(text)}."
    elif any((char < " " and char != "\n") or "\ud800" <= char <= "\udfff" for char in text):
        problems[name] = "This holds characters that cannot be shown. Type it anew."
    return text


def _minutes(name: str, text: str, zero: str, problems: dict[str, str]) -> int:
    written = text.strip()
    if not (written.isascii() and written.isdecimal() and len(written) <= 5 and int(written) <= LONGEST_WAIT):
        problems[name] = f"Write the minutes as a number from 0 ({zero}) to {LONGEST_WAIT}."
        return 0
    return int(written)


def _zone(name: str, problems: dict[str, str]) -> str:
    if not is_zone(name.strip()):
        problems["timezone"] = "There is no such time zone. Choose one from the list, as Europe/Lisbon."
    return name.strip()


def _accent(value: str, problems: dict[str, str]) -> str:
    colour = value.strip().lower()
    try:
        ACCENT(colour)
    except ValidationError:
        problems["accent"] = "Write the colour as #2d5fc8: a # and six digits or letters a to f."
    return colour
