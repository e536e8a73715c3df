"""Settings → Notifications: which browsers of one's own are told by push."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from typing import Any

from cryptography.fernet import InvalidToken
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from inbox.desk.settings.access import settings_view
from inbox.people.devices import device
from inbox.people.models import Teammate
from inbox.people.sessions import mark_of
from notifications import devices
from notifications.models import PushSubscription
from notifications.transports import Message, TransportError, transport_of
from notifications.transports.push import Push
from notifications.wording import Wording, absolute

log = logging.getLogger(__name__)


def push_context(teammate: Teammate) -> dict[str, Any]:
    """Return what the page shows of push: the browsers, and the key that this one subscribes with ("": it cannot)."""
    try:
        key = devices.push_keys().public
    except InvalidToken:
        log.error("the keys of push are unreadable: run rotate_secrets --replace-unreadable")
        key = ""
    return {"devices": devices.devices_of(teammate), "public_key": key}


@require_POST
@settings_view()
def turn_on(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Keep the subscription that this browser made. 204, or 422 with what to do."""
    given = {name: request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth", "former")}
    label = device(request.headers.get("User-Agent", ""))
    try:
        devices.subscribe(teammate, **given, label=label, session=mark_of(request.session))
    except devices.SubscriptionRefused as refused:
        return HttpResponse(str(refused), status=422, content_type="text/plain")
    return HttpResponse(status=204)


@require_POST
@settings_view()
def remove(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Tell one of my browsers nothing more. 404 for one that is not mine."""
    if not devices.end(teammate, public_id):
        raise Http404
    messages.success(request, "That browser is told nothing more.")
    return redirect("settings-notifications")


@require_POST
@settings_view()
def test(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Push a test to all my browsers, at once, and say what came of it."""
    _test(request, teammate, "your browsers", lambda push, message: push.send(message, push.draw(message)))
    return redirect("settings-notifications")


@require_POST
@settings_view()
def test_one(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Push a test to one of my browsers, at once, and say what came of it. 404 for one that is not mine."""
    mine = PushSubscription.objects.filter(workspace=teammate.workspace, teammate=teammate).defer("auth")
    browser = get_object_or_404(mine, public_id=public_id)
    where = browser.label or "that browser"
    _test(request, teammate, where, lambda push, message: push.send_to(message, push.draw(message), [browser.pk]))
    return redirect("settings-notifications")


def _test(request: HttpRequest, teammate: Teammate, where: str, send: Callable[[Push, Message], object]) -> None:
    push = transport_of("push")
    assert isinstance(push, Push)
    link = absolute(reverse("settings-notifications"))
    message = Message(
        key=uuid.uuid4(),
        workspace=teammate.workspace,
        address=f"@{teammate.handle}",
        wording=Wording("Push works", "This is a test that you asked for.", link),
    )
    try:
        send(push, message)
    except TransportError as error:
        messages.error(request, f"The test did not go out. {error}")
    else:
        messages.success(request, f"The test is on its way to {where}.")
