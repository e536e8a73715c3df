"""Whole pages: the inbox with one of its views, and the stylesheet of the workspace's colour."""

from __future__ import annotations

from typing import Any

from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST

from inbox.desk import lists
from inbox.desk.accent import accent_css
from inbox.desk.access import desk_view
from inbox.desk.views.thread import thread_context
from inbox.models import Conversation
from inbox.people.models import Teammate
from inbox.people.models.workspaces import Availability
from inbox.people.permissions import Permission


@desk_view
def home(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Lead to the view that was looked at last."""
    known = {view.key for view in lists.views_of(teammate)}
    last = request.session.get("view")
    return redirect("inbox", view=last if last in known else "mine")


@desk_view
def inbox(request: HttpRequest, teammate: Teammate, view: str, number: int | None = None) -> HttpResponse:
    """Show a view of the inbox, with a conversation of it opened if the address names one."""
    sight = lists.sight_of(teammate)
    views = lists.views_of(teammate, sight)
    chosen = _chosen(views, view)
    if request.session.get("view") != chosen.key:
        request.session["view"] = chosen.key
    page, cursor = lists.rows(chosen, teammate, sight=sight)
    context: dict[str, Any] = {
        "teammate": teammate,
        "workspace": teammate.workspace,
        "views": views,
        "view": chosen,
        "counts": lists.counts(views, teammate, sight),
        "rows": page,
        "cursor": cursor,
        **_if_empty(teammate, page),
    }
    if number is not None:
        visible = Conversation.objects.visible_to(teammate).for_list().select_related("visitor")
        context |= thread_context(get_object_or_404(visible, number=number), teammate)
    return render(request, "desk/inbox.html", context)


@desk_view
def rows(request: HttpRequest, teammate: Teammate, view: str) -> HttpResponse:
    """Return a page of a view's rows as a fragment: the first, or the one after `before`."""
    sight = lists.sight_of(teammate)
    chosen = _chosen(lists.views_of(teammate, sight), view)
    try:
        page, cursor = lists.rows(chosen, teammate, request.GET.get("before"), sight)
    except (BadSignature, ValueError):
        return HttpResponse("This place in the list is not known; load the list again.", status=400)
    context = {"teammate": teammate, "workspace": teammate.workspace, "rows": page, "cursor": cursor, "view": chosen}
    return render(request, "desk/_rows.html", {**context, **_if_empty(teammate, page)})


@desk_view
def counts(request: HttpRequest, teammate: Teammate) -> JsonResponse:
    """Return how many conversations each view holds, as shown beside it."""
    sight = lists.sight_of(teammate)
    return JsonResponse(lists.counts(lists.views_of(teammate, sight), teammate, sight))


@desk_view
@require_POST
def availability(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Say whether I am available or away."""
    wanted = request.POST.get("availability", "")
    if wanted not in Availability.values:
        return HttpResponse("Choose available or away.", status=400)
    Teammate.objects.filter(pk=teammate.pk).update(availability=wanted)
    teammate.availability = wanted
    return render(request, "desk/_me.html", {"teammate": teammate})


@desk_view
@cache_control(private=True, max_age=86400)
def accent(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Return the workspace's accent as CSS; its address carries the colour, so it may be kept."""
    return HttpResponse(accent_css(teammate.workspace.accent), content_type="text/css")


def _if_empty(teammate: Teammate, page: list[Conversation]) -> dict[str, bool]:
    """Return what an empty list says: that nothing is left to do, or how the first conversation comes about."""
    return {
        "has_any": bool(page) or Conversation.objects.visible_to(teammate).exists(),
        "places_widget": teammate.may(Permission.MANAGE_WORKSPACE),
    }


def _chosen(views: list[lists.View], key: str) -> lists.View:
    found = next((view for view in views if view.key == key), None)
    if found is None:
        raise Http404
    return found
