"""The Bell page: which bells there are, what they rang for, and one on the screen."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bell import devices, rings
from bell.devices import DeviceRefused
from bell.models import Device, Ring, State
from bell.patterns import NAMED, written
from inbox.desk.settings.access import settings_view
from inbox.people.audit import Actor
from inbox.people.models import Teammate
from inbox.people.permissions import Permission
from inbox.people.secrets import decrypt, encrypt

SHOWN = 30
# In the session, encrypted, between making a bell and the one page that shows its token.
FRESH = "fresh_bell"
_SIGNS = {State.STRUCK: "ok", State.MISSED: "", State.WAITING: "wait", State.SENT: "wait"}


@never_cache
@require_safe
@settings_view()
def page(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show the bells, the last rings, and the bell of this screen."""
    return _page(request, teammate, fresh=_shown_once(request, teammate))


@never_cache
@require_safe
@settings_view()
def parts(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Return what changes by itself: the bells' states and the last rings."""
    return render(request, "bell/_live.html", _context(teammate))


@require_POST
@settings_view(Permission.MANAGE_KEYS)
def add(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Make a bell; the page after this shows its token."""
    try:
        device, token = devices.add_device(
            teammate.workspace, request.POST.get("name", ""), by=Actor.of(request, teammate)
        )
    except DeviceRefused as refused:
        return _page(request, teammate, problem=str(refused), typed=request.POST.get("name", ""), status=422)
    request.session[FRESH] = {"workspace": teammate.workspace_id, "name": device.name, "token": encrypt(token)}
    return redirect("bell")


@require_POST
@settings_view(Permission.MANAGE_KEYS)
def remove(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Remove a bell, and end its token at once."""
    device = _device(teammate, public_id)
    devices.remove_device(device, by=Actor.of(request, teammate))
    messages.success(request, f"{device.name} is removed. Its token opens nothing any more.")
    return redirect("bell")


@require_POST
@settings_view(Permission.WRITE)
def mute(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Silence a bell, or let it ring again."""
    device = _device(teammate, public_id)
    muted = request.POST.get("muted") == "yes"
    devices.set_muted(device, muted, by=Actor.of(request, teammate))
    messages.success(request, f"{device.name} {'keeps silent until you unmute it' if muted else 'rings again'}.")
    return redirect("bell")


@require_POST
@settings_view(Permission.MANAGE_WORKSPACE)
def quiet(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Set the hours in which a bell never rings."""
    device = _device(teammate, public_id)
    begin, end = (request.POST.get(name, "").strip()[:5] for name in ("from", "to"))
    try:
        devices.set_quiet(device, begin, end, by=Actor.of(request, teammate))
    except DeviceRefused as refused:
        messages.error(request, f"{device.name}: {refused}")
    else:
        said = f"is quiet from {begin} to {end}" if begin else "may ring at all hours"
        messages.success(request, f"{device.name} {said}.")
    return redirect("bell")


@require_POST
@settings_view(Permission.WRITE)
def ring(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Ring every bell by hand, muted ones left out. Who presses the button means it: quiet hours do not count."""
    name = request.POST.get("pattern", "")
    loud = [bell for bell in devices.bells_of(teammate.workspace, timezone.now()) if not bell.muted]
    rings.ring(teammate.workspace, loud, NAMED.get(name, NAMED["ding"]), f"{teammate.name} rang", by=teammate)
    if request.headers.get("HX-Request"):
        return render(request, "bell/_live.html", _context(teammate))
    return redirect("bell")


def _device(teammate: Teammate, public_id: uuid.UUID) -> Device:
    return get_object_or_404(devices.find(teammate, public_id))


def _page(
    request: HttpRequest, teammate: Teammate, *, fresh: dict[str, str] | None = None, problem: str = "",
    typed: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = {
        "fresh": fresh,
        "problem": problem,
        "typed": typed,
        "patterns": list(NAMED),
        "address": settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/"),
    }
    return render(request, "bell/page.html", context | _context(teammate), status=status)


def _context(teammate: Teammate) -> dict[str, Any]:
    now = timezone.now()
    bells = [_bell(device, now) for device in devices.bells_of(teammate.workspace, now)]
    return {
        "teammate": teammate,
        "workspace": teammate.workspace,
        "bells": bells,
        "rings": [_line(row) for row in rings.latest(teammate, SHOWN)],
        "may_manage": teammate.may(Permission.MANAGE_KEYS),
        "may_quiet": teammate.may(Permission.MANAGE_WORKSPACE),
        "may_ring": teammate.may(Permission.WRITE),
    }


def _bell(device: Device, now: datetime) -> dict[str, Any]:
    return {"row": device, "online": rings.is_online(device, now), "quiet": device.is_quiet(now)}


def _line(row: Ring) -> dict[str, Any]:
    return {
        "row": row,
        "pattern": written(row.pattern),
        "numbers": " ".join(map(str, row.pattern)),
        "state": State(row.state).label,
        "sign": _SIGNS.get(State(row.state), ""),
    }


def _shown_once(request: HttpRequest, teammate: Teammate) -> dict[str, str] | None:
    """Return the token that was just made here, and forget it."""
    fresh: dict[str, Any] | None = request.session.pop(FRESH, None)
    if fresh is None or fresh["workspace"] != teammate.workspace_id:
        return None
    try:
        return {"name": fresh["name"], "token": decrypt(fresh["token"])}
    except InvalidToken:  # the keys were changed in this very second; a bell can be made again
        return None
