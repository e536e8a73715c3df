"""The door for Stripe's webhooks."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from inbox.people.models import Workspace
from integrations.connections import ConnectionUnreadable, connection_of
from integrations.models import Integration
from integrations.stripe import intake

log = logging.getLogger(__name__)

LARGEST = 1024 * 1024


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, slug: str) -> HttpResponse:
    """Take an event in and answer at once; a worker looks at it later. Nothing is parsed before it is verified."""
    body = _body(request)
    if body is None:
        return _said(413, "too_large", "At most 1 MB is taken.")
    workspace = Workspace.objects.filter(slug=slug).first()
    if workspace is None:
        return _said(404, "not_found", "There is no such workspace.")
    try:
        config = connection_of(workspace, Integration.STRIPE)
    except ConnectionUnreadable:
        log.warning("the connection of %s to Stripe cannot be read", workspace.slug)
        return _said(503, "unreadable", "The signing secret cannot be read here. Set it anew.")
    if config is None:
        return _said(403, "not_connected", "This workspace is not connected to Stripe.")
    try:
        intake.verify(body, request.headers.get("Stripe-Signature", ""), config.webhook_secrets)
    except intake.Unverified as refused:
        return _said(403, "not_verified", str(refused))
    try:
        envelope = intake.read(body)
    except intake.Unreadable as refused:
        return _said(400, "not_an_event", str(refused))
    intake.store(workspace, envelope, body.decode())
    return JsonResponse({"received": True})


def _body(request: HttpRequest) -> bytes | None:
    """Return the body as it came; None where it is too large."""
    size = request.META.get("CONTENT_LENGTH") or "0"
    if not (size.isascii() and size.isdecimal()) or int(size) > LARGEST:
        return None
    # Django's own limit is meant for forms, and answers otherwise.
    body = request.read(LARGEST + 1)
    return body if len(body) <= LARGEST else None


def _said(status: int, code: str, detail: str) -> JsonResponse:
    return JsonResponse({"code": code, "detail": detail}, status=status)
