"""Routes: which events are told where. Everybody reads them; who manages the workspace changes them."""

from __future__ import annotations

import uuid
from fnmatch import fnmatchcase
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from inbox.desk.activity.forms import DEFAULT_TEMPLATE, RouteForm
from inbox.desk.activity.medium import icon, label, picture, short_address
from inbox.desk.activity.sight import visible_events
from inbox.desk.activity.told import matches
from inbox.desk.settings.access import settings_view
from inbox.people.audit import Actor
from inbox.people.models import Teammate
from inbox.people.permissions import Permission, require
from notifications import routes
from notifications.models import Event, Rule
from notifications.registry import all_kinds
from notifications.routes import RouteRefused
from notifications.transports import all_transports
from notifications.words import Face, Topic

TRIED = 20
# Among so many of the newest events, one is looked for that a route's kinds fit.
SEARCHED = 200
MUTE = 3600


@never_cache
@require_safe
@settings_view()
def index(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """List the routes with their purposes."""
    return render(
        request, "activity/routes.html", {**_context(teammate), "routes": [_line(r) for r in _routes(teammate)]}
    )


@never_cache
@settings_view(Permission.MANAGE_WORKSPACE)
def new(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Make a route. The address may name an event that it is to be like."""
    if request.method == "POST":
        return _save(request, teammate, None)
    example = _event(teammate, request.GET.get("event", ""))
    initial = {"kinds": example.kind, "name": example.kind} if example else {}
    return _form_page(request, teammate, RouteForm(initial=initial), None, example)


@never_cache
@settings_view()
def page(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Show one route; POST changes it."""
    rule = _route(teammate, public_id)
    if request.method == "POST":
        return _save(request, teammate, rule)
    return _form_page(
        request, teammate, RouteForm.of(rule, whole_address=teammate.may(Permission.MANAGE_WORKSPACE)), rule, None
    )


def _save(request: HttpRequest, teammate: Teammate, rule: Rule | None) -> HttpResponse:
    require(teammate, Permission.MANAGE_WORKSPACE)
    form = RouteForm(request.POST)
    if form.is_valid():
        try:
            saved = routes.save_route(teammate.workspace, form.values(), by=Actor.of(request, teammate), rule=rule)
        except RouteRefused as refused:
            form.take(refused)
        else:
            messages.success(
                request, f"The route {saved.name} is saved." if rule else f"The route {saved.name} is there."
            )
            return redirect("routes")
    example = _event(teammate, request.POST.get("event", ""))
    return _form_page(request, teammate, form, rule, example, status=422)


@require_POST
@settings_view()
def trial(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Say what the route of a form, saved or not, would do with an event. Writes nothing."""
    asked = request.POST.get("event_id", "").strip() or request.POST.get("event", "")
    rule = _route(teammate, request.POST["route"]) if request.POST.get("route") else None
    event = _event(teammate, asked) if asked else _newest(teammate, RouteForm(request.POST), rule)
    context: dict[str, Any] = {**_context(teammate), "event": event, "problems": {}}
    if event is not None:
        try:
            context["trial"] = _try(request, teammate, rule, event)
        except RouteRefused as refused:
            names = {name: field.label or name.replace("_", " ") for name, field in RouteForm().fields.items()}
            context["problems"] = {str(names.get(n, n)).capitalize(): text for n, text in refused.problems.items()}
    return render(request, "activity/_trial.html", context)


def _try(request: HttpRequest, teammate: Teammate, rule: Rule | None, event: Event) -> dict[str, Any]:
    """Return what the template shows of a trial. Who may not change the route tries it as it is."""
    if rule is not None and not teammate.may(Permission.MANAGE_WORKSPACE):
        found = routes.try_route(rule, event)
    else:
        require(teammate, Permission.MANAGE_WORKSPACE)
        form = RouteForm(request.POST)
        if not form.is_valid():
            raise RouteRefused({name: str(errors[0]) for name, errors in form.errors.items()})
        # A name is not needed yet: what would be said is to be seen first.
        values = form.values()
        found = routes.try_route(values | {"name": values["name"] or "This route"}, event, among=rule)
    assert found.rule is not None
    drawn = picture(found.rule.transport, found.rule.address, found.payload) if found.payload else None
    later = found.verdict.due_at if found.verdict.due_at and found.verdict.due_at > timezone.now() else None
    return {"verdict": found.verdict, "picture": drawn, "warning": found.warning, "later": later}


@require_POST
@settings_view(Permission.MANAGE_WORKSPACE)
def mute(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Mute a route for an hour, or end that (`seconds` 0)."""
    rule = _route(teammate, public_id)
    seconds = 0 if request.POST.get("seconds") == "0" else MUTE
    routes.mute_route(rule, seconds, by=Actor.of(request, teammate))
    messages.success(request, f"{rule.name} is {'muted for an hour' if seconds else 'on again'}.")
    return redirect("routes")


@require_POST
@settings_view(Permission.MANAGE_WORKSPACE)
def enabled(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Switch a route on or off."""
    rule = _route(teammate, public_id)
    on = request.POST.get("enabled") == "true"
    routes.save_route(teammate.workspace, {"enabled": on}, by=Actor.of(request, teammate), rule=rule)
    messages.success(request, f"{rule.name} is switched {'on' if on else 'off'}.")
    return redirect("routes")


@require_POST
@settings_view(Permission.MANAGE_WORKSPACE)
def delete(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Delete a route."""
    rule = _route(teammate, public_id)
    routes.delete_route(rule, by=Actor.of(request, teammate))
    messages.success(request, f"The route {rule.name} is deleted. What it told stays in the list of deliveries.")
    return redirect("routes")


def _form_page(
    request: HttpRequest,
    teammate: Teammate,
    form: RouteForm,
    rule: Rule | None,
    example: Event | None,
    status: int = 200,
) -> HttpResponse:
    recent = list(visible_events(teammate).order_by("-id")[:TRIED])
    if example is not None and example not in recent:
        recent.insert(0, example)
    kinds = [name for name, kind in all_kinds().items() if kind.topic != Topic.AUDIT]
    context = {
        **_context(teammate),
        "form": form,
        "route": rule,
        "line": _line(rule) if rule else None,
        "recent": recent,
        "example": example,
        "known_kinds": kinds,
        "hints": [(name, transport.address_hint) for name, transport in all_transports().items()],
        "default_template": DEFAULT_TEMPLATE,
    }
    return render(request, "activity/route.html", context, status=status)


def _line(rule: Rule) -> dict[str, Any]:
    return {
        "rule": rule,
        "matches": matches(rule),
        "icon": icon(rule.transport),
        "label": label(rule.transport),
        "address": short_address(rule.address),
        "muted": bool(rule.muted_until and rule.muted_until > timezone.now()),
    }


def _context(teammate: Teammate) -> dict[str, Any]:
    return {
        "teammate": teammate,
        "workspace": teammate.workspace,
        "tab": "routes",
        "may_manage": teammate.may(Permission.MANAGE_WORKSPACE),
    }


def _routes(teammate: Teammate) -> QuerySet[Rule]:
    return Rule.objects.filter(workspace=teammate.workspace, face=Face.ROUTE).order_by("is_fallback", "id")


def _route(teammate: Teammate, public_id: Any) -> Rule:
    try:
        wanted = uuid.UUID(str(public_id))
    except ValueError:
        wanted = uuid.UUID(int=0)
    return get_object_or_404(_routes(teammate).select_related("workspace"), public_id=wanted)


def _newest(teammate: Teammate, form: RouteForm, rule: Rule | None) -> Event | None:
    """Return the newest event of a kind that the form (or else the route) asks for, else the newest of all."""
    kinds = form.values()["kinds"] if form.is_valid() else rule.kinds if rule is not None else []
    recent = list(visible_events(teammate).select_related("workspace").order_by("-id")[:SEARCHED])
    fitting = (event for event in recent if any(fnmatchcase(event.kind, pattern) for pattern in kinds))
    return next(fitting, recent[0] if recent else None)


def _event(teammate: Teammate, public_id: str) -> Event | None:
    try:
        wanted = uuid.UUID(public_id)
    except ValueError:
        return None
    return visible_events(teammate).select_related("workspace").filter(public_id=wanted).first()
