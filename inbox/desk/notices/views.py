"""Notifications: what one teammate was told on the desk, newest first; each is read or unread."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from inbox.desk import noticed
from inbox.desk.noticed import mentions_read, unread_count, visible_notices
from inbox.desk.notices import feed
from inbox.desk.settings.access import settings_view
from inbox.people.models import Teammate
from notifications import queries
from notifications.personal.reading import read_notices, unread_notice


@never_cache
@require_safe
@settings_view()
def index(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show the list: all notices, or with `?show=unread` those alone."""
    return render(request, "notices/index.html", _context(request, teammate))


@never_cache
@require_safe
@settings_view()
def rows(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Return a page of the list as a fragment: the newest, or those after `before`."""
    return render(request, "notices/_rows.html", _context(request, teammate))


@never_cache
@require_safe
@settings_view()
def news(request: HttpRequest, teammate: Teammate) -> JsonResponse:
    """Return what an open desk shows of it: the number, and what is new."""
    return JsonResponse(feed.news_of(teammate))


@require_POST
@settings_view()
def read_all(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Have read everything: what was pushed is taken back, letters that wait are not sent."""
    mentions_read(teammate)
    # Not what the page hides: it is unread still, should they see it again.
    read_notices(teammate.pk, visible_notices(teammate).filter(read_at=None).values_list("public_id", flat=True))
    noticed.tell(teammate.pk)
    if not request.headers.get("HX-Request"):
        return redirect("notices")
    return render(request, "notices/_rows.html", _context(request, teammate))


@require_POST
@settings_view()
def read(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Have read one. 404 for one that is not mine to see."""
    notice = get_object_or_404(visible_notices(teammate), public_id=public_id)
    mentions_read(teammate, notice)
    read_notices(teammate.pk, [notice.public_id])
    return _row_again(request, teammate, public_id)


@require_POST
@settings_view()
def unread(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Keep one for later: it counts as unread again, on the desk alone."""
    notice = get_object_or_404(visible_notices(teammate), public_id=public_id)
    unread_notice(teammate.pk, notice.public_id)
    return _row_again(request, teammate, public_id)


def _row_again(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    noticed.tell(teammate.pk)
    if not request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    found = feed.lines(visible_notices(teammate).filter(public_id=public_id))
    # One that was taken back meanwhile leaves nothing.
    return render(request, "notices/_row.html", {"line": found[0]}) if found else HttpResponse()


def _context(request: HttpRequest, teammate: Teammate) -> dict[str, Any]:
    show = feed.UNREAD if request.GET.get("show") == feed.UNREAD else ""
    before = request.GET.get("before", "")
    found, cursor = queries.page_of(feed.notices_of(teammate, show), teammate.workspace_id, before)
    return {
        "teammate": teammate,
        "workspace": teammate.workspace,
        "show": show,
        "lines": feed.lines(found),
        "older": cursor,
        "is_first_page": not before,
        "has_unread": unread_count(teammate) > 0,
    }
