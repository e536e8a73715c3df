"""Settings → Shared addresses: what many use, and so tells nothing of who is whom."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from inbox.contacts.shared import NotShared, share, unshare
from inbox.desk.settings.access import settings_view
from inbox.models import SharedHandle
from inbox.people.audit import Actor
from inbox.people.models import Teammate
from inbox.people.permissions import Permission


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@settings_view(Permission.WRITE)
def shared(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show the list, or put something on it (`kind`: email, phone or device; `value`; `next`: where to go then)."""
    sent = {"kind": request.POST.get("kind", ""), "value": request.POST.get("value", "").replace("\x00", "")}
    why = ""
    if request.method == "POST":
        try:
            handle = share(teammate, sent["kind"], sent["value"], Actor.of(request, teammate))
        except NotShared as refused:
            why = str(refused)
        else:
            words = "That browser" if handle.kind == "device" else handle.value
            messages.success(request, f"{words} suggests no merges any more.")
            return redirect(_next(request))
    context = {
        "teammate": teammate,
        "workspace": teammate.workspace,
        "handles": SharedHandle.objects.filter(workspace=teammate.workspace)
        .select_related("by__user")
        .order_by("kind", "value"),
        "sent": sent,
        "why": why,
    }
    return render(request, "settings/shared/shared.html", context, status=422 if why else 200)


@require_POST
@settings_view(Permission.WRITE)
def remove(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Take something off the list (`kind`, `value`)."""
    named = {name: request.POST.get(name, "").replace("\x00", "") for name in ("kind", "value")}
    handle = get_object_or_404(SharedHandle, workspace=teammate.workspace, **named)
    unshare(handle, teammate, Actor.of(request, teammate))
    messages.success(request, "It may suggest merges again.")
    return redirect("settings-shared")


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/contacts/")
    return wanted if safe else "settings-shared"
