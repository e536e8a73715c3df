"""Lists of contacts and accounts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from inbox.desk.contacts.counts import with_people
from inbox.desk.contacts.lists import fill, read_page, suspected_count, with_new_filter
from inbox.desk.settings.access import settings_view
from inbox.models import Segment
from inbox.models.profiles import ProfileKind
from inbox.people.models import Teammate
from inbox.people.permissions import Permission


@never_cache
@require_safe
@settings_view()
def contacts(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show the workspace's persons, as the address asks for them."""
    return _list(request, teammate, ProfileKind.CONTACT, "contacts/index.html")


@never_cache
@require_safe
@settings_view()
def accounts(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show the workspace's accounts, as the address asks for them."""
    return _list(request, teammate, ProfileKind.ACCOUNT, "accounts/index.html")


def _list(request: HttpRequest, teammate: Teammate, of: ProfileKind, template: str) -> HttpResponse:
    page = read_page(teammate, of, request.GET)
    if "field" in request.GET:
        return redirect(with_new_filter(page, request.GET))
    fill(page, request.GET.get("after", ""))
    if of == ProfileKind.ACCOUNT:
        with_people(page.rows)
    return render(request, template, {**list_context(teammate, page.segments), "page": page, "of": of.value})


def list_context(teammate: Teammate, segments: list[Segment]) -> dict[str, Any]:
    """Return what the navigation between lists shows, on each page of them. One query."""
    return {
        "teammate": teammate,
        "workspace": teammate.workspace,
        "segments": segments,
        "suspected": suspected_count(teammate.workspace),
        "may_write": teammate.may(Permission.WRITE),
        "may_export": teammate.may(Permission.EXPORT),
        "may_manage": teammate.may(Permission.MANAGE_WORKSPACE),
    }
