"""Settings → Connections → Help Scout’s sidebar: setting it up, what it shows, and what was asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from inbox.desk.settings.access import settings_view
from inbox.models import AttributeDefinition
from inbox.people.audit import Actor
from inbox.people.models import Teammate, Workspace
from inbox.people.permissions import Permission
from integrations.helpscout import asked, drawing, layout, testing
from integrations.helpscout.example import example
from integrations.helpscout.facts import definitions_of
from integrations.helpscout.finding import find
from integrations.helpscout.models import SidebarLayout
from integrations.helpscout.requests import REFUSED, last_requests
from integrations.helpscout.rows import ROWS, title_of
from integrations.helpscout.snippet import LONGEST, check_snippet
from integrations.models import Connection, Integration
from notifications.wording import TemplateRefused, absolute

Context = dict[str, Any]


@dataclass(frozen=True)
class EditedRow:
    """A row as the editor lists it."""

    name: str
    title: str


@never_cache
@require_safe
@settings_view(Permission.MANAGE_KEYS)
def page(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show how the sidebar is set up and what it shows, for the customer with `?email=` or for an invented one."""
    return _page(request, teammate)


@require_POST
@settings_view(Permission.MANAGE_KEYS)
def rows(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Change one row: the button that was pressed is called `show`, `hide`, `up` or `down`, its value is the row."""
    pressed = next((change for change in layout.CHANGES if change in request.POST), "")
    workspace = teammate.workspace
    try:
        by = Actor.of(request, teammate)
        layout.change_rows(workspace, pressed, request.POST.get(pressed, ""), definitions_of(workspace.pk), by=by)
    except layout.RowRefused as refused:
        messages.error(request, str(refused))
    return redirect(_back(request, "rows"))


@require_POST
@settings_view(Permission.MANAGE_KEYS)
def snippet(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Set the team's own Liquid (`snippet`)."""
    text = _typed(request)
    try:
        check_snippet(text, example(teammate.workspace, definitions_of(teammate.workspace_id)))
    except TemplateRefused as refused:
        return _page(request, teammate, {"snippet": text, "problem": str(refused)}, status=422)
    layout.change_snippet(teammate.workspace, text, by=Actor.of(request, teammate))
    messages.success(request, "The snippet is saved." if text else "There is no snippet any more.")
    return redirect(_back(request, "snippet-part"))


@require_POST
@settings_view(Permission.MANAGE_KEYS)
def preview(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Return the sidebar with a `snippet` that is not saved yet, as a fragment."""
    workspace, text = teammate.workspace, _typed(request)
    definitions = definitions_of(workspace.pk)
    shown = layout.layout_of(workspace.pk)
    problem = ""
    try:
        check_snippet(text, example(workspace, definitions))
        shown.snippet = text
    except TemplateRefused as refused:
        problem = str(refused)
    html, _ = _drawn(workspace, shown, definitions, request.POST.get("email", ""))
    return render(request, "integrations/helpscout/_preview.html", {"html": html, "problem": problem})


@require_POST
@settings_view(Permission.MANAGE_KEYS)
def test(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Look at what is right and what is wrong, and say so."""
    return _page(request, teammate, {"findings": testing.check(teammate.workspace)})


def _back(request: HttpRequest, place: str) -> str:
    """Return the address of the page, with the customer who was looked at."""
    email = request.POST.get("email", "")
    return reverse("settings-helpscout") + (f"?{urlencode({'email': email})}" if email else "") + f"#{place}"


def _typed(request: HttpRequest) -> str:
    return request.POST.get("snippet", "").replace("\r\n", "\n").strip()


def _page(request: HttpRequest, teammate: Teammate, more: Context | None = None, status: int = 200) -> HttpResponse:
    workspace = teammate.workspace
    definitions = definitions_of(workspace.pk)
    shown = layout.layout_of(workspace.pk)
    names = layout.known(shown.rows, definitions)
    email = request.GET.get("email", request.POST.get("email", ""))
    html, is_found = _drawn(workspace, shown, definitions, email)
    asked_last = last_requests(workspace)
    hidden = [name for name in (*ROWS, *definitions) if name not in names]
    context: Context = {
        "teammate": teammate,
        "workspace": workspace,
        "address": absolute(reverse("helpscout-sidebar", args=[workspace.slug])),
        "is_connected": Connection.objects.filter(workspace=workspace, integration=Integration.HELPSCOUT).exists(),
        "has_worked": any(one.verdict not in REFUSED for one in asked_last),
        "requests": asked_last,
        "rows": [EditedRow(name, title_of(name, definitions)) for name in names],
        "hidden": [EditedRow(name, title_of(name, definitions)) for name in hidden],
        "snippet": shown.snippet,
        "longest": LONGEST,
        "html": html,
        "email": email,
        "is_found": is_found,
        **(more or {}),
    }
    return render(request, "integrations/helpscout/page.html", context, status=status)


def _drawn(
    workspace: Workspace, shown: SidebarLayout, definitions: dict[str, AttributeDefinition], email: str
) -> tuple[str, bool]:
    """Return the sidebar of who is known by an address, else of the example; and whether somebody is."""
    match = find(workspace.pk, asked.emails_of(email))
    if match is not None:
        return drawing.draw_person(workspace.pk, match, shown), True
    return drawing.draw_facts(example(workspace, definitions), shown), False
