"""The page from which contacts are brought in from Intercom."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from imports.desk.showing import abilities, shown_of
from imports.errors import ImportRefused
from imports.intercom.beginning import UNDER_WAY, begin, last_sync
from inbox.desk.settings.access import settings_view
from inbox.people.audit import Actor
from inbox.people.models import Teammate
from inbox.people.permissions import Permission, require
from integrations.cards import GUIDES
from integrations.connections import (
    ConnectionRefused,
    ConnectionUnreadable,
    IntercomConfig,
    change_connection,
    connection_of,
)
from integrations.forms import ConnectionForm
from integrations.models import Integration
from integrations.trying import TrialFailed, try_connection

PAGE = "import-intercom"


@never_cache
@require_safe
@settings_view(Permission.IMPORT)
def page(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Ask for a token or, where there is one, what is to be brought."""
    return _page(request, teammate)


@require_POST
@settings_view(Permission.IMPORT)
def connect(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Keep a token, and say at once whether it opens what it should."""
    require(teammate, Permission.MANAGE_KEYS)
    form = ConnectionForm(request.POST, config=IntercomConfig)
    if form.is_valid():
        try:
            by = Actor.of(request, teammate)
            change_connection(teammate.workspace, Integration.INTERCOM, form.cleaned_data, by=by)
        except ConnectionRefused as refused:
            form.refuse(refused)
        else:
            _try(request, teammate)
            return redirect(PAGE)
    return _page(request, teammate, form, status=422)


@require_POST
@settings_view(Permission.IMPORT)
def try_out(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Say whether the connection works, or what is wrong with it."""
    _try(request, teammate)
    return redirect(PAGE)


@require_POST
@settings_view(Permission.IMPORT)
def start(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Begin a sync, or a trial of one, and show how far it is."""
    options = {name: name in request.POST for name in ("tags", "conversations", "full")}
    try:
        import_ = begin(
            teammate.workspace, Actor.of(request, teammate), options, dry_run=request.POST.get("action") == "check"
        )
    except ImportRefused as refused:
        messages.error(request, refused.detail)
        return redirect(PAGE)
    return redirect("import", public_id=import_.public_id)


def _try(request: HttpRequest, teammate: Teammate) -> None:
    try:
        messages.success(request, f"Intercom answers. {try_connection(teammate.workspace, Integration.INTERCOM)}")
    except TrialFailed as failed:
        messages.error(request, f"Intercom does not work. {failed}")


def _page(
    request: HttpRequest, teammate: Teammate, form: ConnectionForm | None = None, status: int = 200
) -> HttpResponse:
    keys: tuple[str, ...] = ()
    try:
        config = connection_of(teammate.workspace, Integration.INTERCOM)
        keys = tuple(config.clear()) if config is not None else ()
    except ConnectionUnreadable as unreadable:
        messages.error(request, str(unreadable))
    last = last_sync(teammate.workspace)
    context = abilities(teammate) | {
        "form": form or ConnectionForm(config=IntercomConfig, stored=keys),
        "guide": GUIDES[Integration.INTERCOM],
        "is_connected": bool(keys),
        "may_connect": teammate.may(Permission.MANAGE_KEYS),
        "last": shown_of([last])[0] if last is not None else None,
        "is_under_way": last is not None and last.status in UNDER_WAY,
    }
    return render(request, "imports/intercom.html", context, status=status)
