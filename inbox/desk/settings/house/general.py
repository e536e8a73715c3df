"""Settings → General: what the workspace is called, its zone, its colour."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from inbox.desk.settings.access import settings_view
from inbox.desk.settings.house.contrast import colour_of, samples
from inbox.desk.settings.house.forms import WorkspaceForm
from inbox.people.audit import Actor
from inbox.people.house import HouseRefused, change_workspace
from inbox.people.models import Teammate
from inbox.people.permissions import Permission


@require_http_methods(["GET", "POST"])
@settings_view(Permission.MANAGE_WORKSPACE)
def workspace(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show and change the workspace itself."""
    here = teammate.workspace
    form = WorkspaceForm(request.POST or None, initial=WorkspaceForm.values_of(here), zone=here.timezone)
    if request.method == "POST" and form.is_valid():
        try:
            change_workspace(here, **form.cleaned_data, by=Actor.of(request, teammate))
        except HouseRefused as refused:
            form.take(refused)
        else:
            messages.success(request, "Saved.")
            return redirect("settings-workspace")
    accent = colour_of(str(form["accent"].value() or "")) or here.accent
    context = {"teammate": teammate, "workspace": here, "form": form, "samples": samples(accent)}
    return render(request, "settings/house/general.html", context, status=422 if form.errors else 200)


@require_GET
@settings_view(Permission.MANAGE_WORKSPACE)
def colour(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Draw a colour, not yet saved, in the places where it would be used."""
    accent = colour_of(request.GET.get("accent", ""))
    context = {"samples": samples(accent) if accent else []}
    return render(request, "settings/house/_contrast.html", context)
