"""The desk's pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from inbox.desk.access import desk_view
from inbox.people.models import Teammate


@desk_view
def home(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    return HttpResponse(teammate.name)
