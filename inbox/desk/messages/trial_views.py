"""What a message would say, while it is written: of a past event, or of a made-up one. Nothing is saved."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from csp.decorators import csp
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from inbox.api.throttling import WindowThrottle
from inbox.desk.activity.sight import visible_events
from inbox.desk.messages.forms import MessageForm
from inbox.desk.messages.views import automation_of, context_of, recent
from inbox.desk.settings.access import settings_view
from inbox.people.models import Teammate
from inbox.people.permissions import Permission
from notifications.automations.liquid import TemplateFailed
from notifications.automations.trying import Trial, sample_event, send_test, try_automation
from notifications.automations.values import AutomationRefused, fresh, values_of
from notifications.models import Automation, Event
from notifications.transports import TransportError
from notifications.words import Topic

SAMPLE = "sample"
# A letter's styles stand in its elements. It is a document of its own, without scripts and of no origin.
LETTER = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "frame-ancestors": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


class TestThrottle(WindowThrottle):
    """Tests, by teammate: each is a letter."""

    scope = "message_test"

    def __init__(self, teammate: Teammate) -> None:
        self.teammate = teammate

    def who(self, request: Any) -> str | None:
        """Return the teammate's key."""
        return str(self.teammate.pk)


@never_cache
@require_POST
@settings_view()
def trial(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Say what the message of a form would do with an event, and how it reads."""
    found, values = _try(request, teammate)
    names = {
        name: field.label or name.replace("_", " ") for name, field in MessageForm(teammate.workspace).fields.items()
    }
    context = {
        **context_of(teammate),
        "trial": found,
        "channel": values["channel"],
        "problems": {str(names.get(name, name)).capitalize(): text for name, text in found.problems.items()},
        "recent": recent(teammate, values["kinds"]),
    }
    return render(request, "messages/_trial.html", context)


@csp(LETTER)
@xframe_options_sameorigin
@never_cache
@require_POST
@settings_view()
def drawn(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Answer with the letter of a form, as it would go out, for a frame."""
    found, _ = _try(request, teammate)
    html = str(found.payload.get("html", ""))
    # Links open beside the frame.
    return HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))


@require_POST
@settings_view(Permission.WRITE)
def test(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Send the message of a form to the teammate, and say what came of it: a letter is on its way."""
    values, _, problems = _values(request, teammate)
    throttle = TestThrottle(teammate)
    if not problems and not throttle.allow_request(request, None):  # type: ignore[arg-type]
        seconds = int(throttle.wait() or 1) + 1
        problems = {"": f"You have had too many tests within a minute. Send the next one in {seconds} seconds."}
    context: dict[str, Any] = {"problems": problems, "email": teammate.email, "is_letter": values["channel"] == "email"}
    if not problems:
        try:
            send_test(teammate.workspace, values, _event(request, teammate, values["kinds"]), teammate)
        except AutomationRefused as refused:
            context["problems"] = refused.problems
        except (TransportError, TemplateFailed) as error:
            context["problems"] = {"": str(error)}
    return render(request, "messages/_tested.html", context)


def _try(request: HttpRequest, teammate: Teammate) -> tuple[Trial, Mapping[str, Any]]:
    values, automation, problems = _values(request, teammate)
    before = values_of(automation) if automation is not None else None
    event = _event(request, teammate, values["kinds"])
    found = try_automation(teammate.workspace, values, event, teammate, before)
    found.problems.update(problems)
    return found, {**(before or fresh()), **values}


def _values(request: HttpRequest, teammate: Teammate) -> tuple[dict[str, Any], Automation | None, dict[str, str]]:
    """Return what a form says, the message that it is to change, and what of it cannot be read. Who may only look has
    the message as it is."""
    asked = request.POST.get("automation", "")
    automation = automation_of(teammate, _uuid(asked)) if asked else None
    saved = values_of(automation) if automation is not None else fresh()
    if not teammate.may(Permission.WRITE):
        return saved, automation, {}
    form = MessageForm(teammate.workspace, request.POST)
    problems = {} if form.is_valid() else form.problems()
    good = {name: value for name, value in saved.items() if name in problems}
    for name in problems:
        form.cleaned_data.setdefault(name, form.fields[name].initial or "")
    return {**form.values(), **good}, automation, problems


def _event(request: HttpRequest, teammate: Teammate, kinds: list[str]) -> Event:
    """Return the event that was chosen, else the last one of these kinds, else one that is made up."""
    chosen = request.POST.get("event", "")
    if chosen != SAMPLE:
        events = visible_events(teammate).exclude(topic=Topic.AUDIT).select_related("workspace")
        found = events.filter(public_id=_uuid(chosen)).first() if chosen else None
        newest = recent(teammate, kinds)[:1]
        if found is not None or newest:
            return found or events.get(pk=newest[0].pk)
    return sample_event(teammate.workspace, kinds, teammate)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)
