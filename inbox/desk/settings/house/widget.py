"""Settings → Widget: what it says and how it looks, the sites that may carry it, and how to put it there."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from inbox.desk.settings.access import settings_view
from inbox.desk.settings.house.contrast import colour_of, samples
from inbox.desk.settings.house.forms import WidgetForm
from inbox.people.audit import Actor
from inbox.people.house import HouseRefused, change_widget
from inbox.people.models import Teammate
from inbox.people.permissions import Permission
from inbox.widget.expectation import expected_reply
from inbox.widget.snippet import snippet
from inbox.widget.views import looks_of


@require_http_methods(["GET", "POST"])
@settings_view(Permission.MANAGE_WORKSPACE)
def widget(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show and change the widget, with a preview of what is not yet saved."""
    here = teammate.workspace
    form = WidgetForm(request.POST or None, initial=WidgetForm.values_of(here))
    if request.method == "POST" and form.is_valid():
        try:
            change_widget(here, **form.cleaned_data, by=Actor.of(request, teammate))
        except HouseRefused as refused:
            form.take(refused)
        else:
            messages.success(request, "Saved. Pages that are open show it when their visitor comes to the next one.")
            return redirect("settings-widget")
    context = {
        "teammate": teammate,
        "workspace": here,
        "form": form,
        "samples": samples(colour_of(str(form["accent"].value() or "")) or here.accent),
        "snippet": snippet(here, request),
        "looks": json.dumps({**looks_of(here), "expected": expected_reply(here)}),
    }
    return render(request, "settings/house/widget.html", context, status=422 if form.errors else 200)


@require_GET
@settings_view(Permission.MANAGE_WORKSPACE)
def seen(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Say when and where the widget was last seen; the page asks again for as long as it never was."""
    return render(request, "settings/house/_seen.html", {"workspace": teammate.workspace})
