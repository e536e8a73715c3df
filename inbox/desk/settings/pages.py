"""The front page of the settings."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from inbox.desk.settings.access import settings_view
from inbox.desk.settings.nav import sections_for
from inbox.people.models import Teammate


@settings_view()
def index(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show what can be set, by this teammate."""
    context = {"teammate": teammate, "workspace": teammate.workspace, "sections": sections_for(teammate)}
    return render(request, "settings/index.html", context)
