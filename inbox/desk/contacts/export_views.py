"""Files of lists: asked for, watched while they are made, fetched by who asked, gone after a week."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from typing import IO, cast

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.core.files.storage import default_storage
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from inbox.contacts import exporting
from inbox.contacts.filters import AskedWrongly
from inbox.desk.contacts.list_views import list_context
from inbox.desk.contacts.lists import URLS
from inbox.desk.contacts.segment_views import kind_of
from inbox.desk.settings.access import settings_view
from inbox.models import Segment
from inbox.models.profiles import ExportKind, ExportStatus
from inbox.people.audit import Actor
from inbox.people.models import Teammate
from inbox.people.permissions import Permission, require

SHOWN = 30
_CHUNK = 64 * 1024
_WAITING = (ExportStatus.PENDING, ExportStatus.RUNNING)
_TYPES = {ExportKind.PERSON: ("application/zip", "zip")}
_CSV = ("text/csv; charset=utf-8", "csv")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@settings_view()
def exports(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show the files that this teammate asked for, or ask for a list (`of`, `query`)."""
    if request.method == "POST":
        return _ask(request, teammate)
    found = list(exporting.exports_of(teammate).select_related("contact")[:SHOWN])
    context = {
        "exports": [(export, exporting.expires_at(export)) for export in found],
        "waiting": any(export.status in _WAITING for export in found),
    }
    if request.headers.get("HX-Request"):
        return render(request, "contacts/_exports.html", context)
    segments = list(Segment.objects.filter(workspace=teammate.workspace_id).order_by("name"))
    return render(request, "contacts/exports.html", context | list_context(teammate, segments))


@never_cache
@require_safe
@settings_view()
def file(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Send a file to who asked for it. To all others, and after its week, it is not there."""
    found = exporting.exports_of(teammate).filter(status=ExportStatus.FINISHED)
    export = get_object_or_404(found, public_id=public_id)
    if export.kind != ExportKind.PERSON:
        require(teammate, Permission.EXPORT)  # whoever lost the right has lost the file
    try:
        opened = default_storage.open(export.file)
    except FileNotFoundError as gone:
        raise Http404 from gone
    chunks = _chunks(opened)
    content = _as_it_comes(chunks) if isinstance(request, ASGIRequest) else chunks
    kind, ending = _TYPES.get(ExportKind(export.kind), _CSV)
    name = f"{export.kind}-{teammate.workspace.slug}-{export.created_at:%Y-%m-%d}.{ending}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(opened.size),
        "X-Content-Type-Options": "nosniff",
    }
    # What Django's own decorators take, whatever its type hints say.
    return cast(HttpResponse, StreamingHttpResponse(content, content_type=kind, headers=headers))


def _ask(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    require(teammate, Permission.EXPORT)
    of, query = kind_of(request.POST.get("of", "")), request.POST.get("query", "")
    try:
        exporting.request_list(teammate, of, query, Actor.of(request, teammate))
    except (AskedWrongly, exporting.ExportRefused) as refused:
        messages.error(request, str(refused))
        return redirect(f"{reverse(URLS[of])}?{query}")
    return redirect("contact-exports")


def _chunks(opened: IO[bytes]) -> Iterator[bytes]:
    with opened:
        while chunk := opened.read(_CHUNK):
            yield chunk


async def _as_it_comes(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Read the file off the event loop, as fast as it is taken."""
    read = sync_to_async(lambda: next(chunks, None))
    while (chunk := await read()) is not None:
        yield chunk
