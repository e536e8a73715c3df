"""Saved segments: made of what a list is asked for just now."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from inbox.contacts import segments
from inbox.contacts.filters import AskedWrongly
from inbox.desk.contacts.lists import URLS
from inbox.desk.settings.access import settings_view
from inbox.models import Segment
from inbox.models.profiles import ProfileKind
from inbox.people.models import Teammate
from inbox.people.permissions import Permission


@require_POST
@settings_view(Permission.WRITE)
def save(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Keep a list (`of`, `query`) by a `name`, and lead to it."""
    of, query = kind_of(request.POST.get("of", "")), request.POST.get("query", "")

    def keep() -> Segment:
        segment = segments.save_segment(teammate, of, request.POST.get("name", ""), query)
        messages.success(request, f"Kept as “{segment.name}”. Your team sees it, too.")
        return segment

    return _done(request, of, query, keep)


@require_POST
@settings_view(Permission.WRITE)
def rename(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Call a segment something else."""
    segment = _mine(teammate, public_id)

    def call() -> Segment:
        segments.rename_segment(segment, teammate, request.POST.get("name", ""))
        return segment

    return _done(request, ProfileKind(segment.of), segment.query, call)


@require_POST
@settings_view(Permission.WRITE)
def change(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Have a segment mean the list that is open (`query`)."""
    segment = _mine(teammate, public_id)

    def mean() -> Segment:
        segments.change_segment(segment, teammate, request.POST.get("query", ""))
        messages.success(request, f"“{segment.name}” means this list now.")
        return segment

    return _done(request, ProfileKind(segment.of), request.POST.get("query", ""), mean)


@require_POST
@settings_view(Permission.WRITE)
def delete(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Delete a segment; the list that it meant stays open."""
    segment = _mine(teammate, public_id)
    segments.delete_segment(segment, teammate)
    messages.success(request, f"The segment “{segment.name}” is deleted. Nobody in it was.")
    return redirect(_address(ProfileKind(segment.of), segment.query))


def kind_of(text: str) -> ProfileKind:
    """Return which kind of list a form means. Raises Http404."""
    if text not in ProfileKind.values:
        raise Http404
    return ProfileKind(text)


def _mine(teammate: Teammate, public_id: uuid.UUID) -> Segment:
    return get_object_or_404(teammate.workspace.segments.all(), public_id=public_id)


def _done(request: HttpRequest, of: ProfileKind, query: str, verb: Callable[[], Segment]) -> HttpResponse:
    """Call the verb and lead to its segment; where it refuses, say why and lead back to the list as it was."""
    try:
        segment = verb()
    except (segments.SegmentRefused, AskedWrongly) as refused:
        messages.error(request, str(refused))
        return redirect(_address(of, query))
    return redirect(_address(of, segment.query, segment))


def _address(of: ProfileKind, query: str, segment: Segment | None = None) -> str:
    parts = [query, f"segment={segment.public_id}" if segment is not None else ""]
    return f"{reverse(URLS[of])}?{'&'.join(part for part in parts if part)}"
