"""What the buttons below a pushed message do, asked for by the service worker (inbox/static/desk/sw.js)."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from inbox.conversations.reading import read_told
from inbox.desk.access import desk_view
from inbox.people.models import Teammate
from notifications.models import Delivery
from notifications.personal.later import remind


@require_POST
@desk_view
def read(request: HttpRequest, teammate: Teammate, told: uuid.UUID) -> HttpResponse:
    """Mark what was pushed to me as read. 404 for what was told to somebody else."""
    read_told(teammate, get_object_or_404(Delivery, teammate=teammate, public_id=told))
    return HttpResponse(status=204)


@require_POST
@desk_view
def later(request: HttpRequest, teammate: Teammate, told: uuid.UUID) -> HttpResponse:
    """Push it to me again in an hour. 404 for what was pushed to somebody else, 204 also where it was read by now."""
    try:
        remind(teammate.pk, told, timezone.now())
    except Delivery.DoesNotExist:
        raise Http404 from None
    return HttpResponse(status=204)
