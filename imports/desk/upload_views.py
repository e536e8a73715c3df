"""A file comes in: in parts, each of which may be sent again, or in one piece from a plain form."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from imports import beginning, storing
from imports.beginning import PartsMissing
from imports.desk.access import import_of
from imports.errors import ImportRefused
from imports.models import Import, ImportStatus
from inbox.desk.settings.access import settings_view
from inbox.people.models import Teammate
from inbox.people.permissions import Permission


@require_POST
@settings_view(Permission.IMPORT)
def upload(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Take a file from a plain form: for browsers without our script."""
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, "Choose a file first.")
        return redirect("imports")
    try:
        import_ = beginning.begin(teammate.workspace, teammate, file.name or "")
        beginning.receive(import_, file, file.size or 0)
    except ImportRefused as refused:
        messages.error(request, f"{file.name}: {refused.detail}")
        return redirect("imports")
    return redirect("import", public_id=import_.public_id)


@require_POST
@settings_view(Permission.IMPORT)
def begin(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Begin an upload in parts, or go on with one of the same file (`name`, `size`, `changed`): what is missing?"""
    size = request.POST.get("size", "")
    if not size.isdecimal():
        return _refused(ImportRefused("size_unknown", "Say how many bytes the file has."))
    try:
        name, changed = request.POST.get("name", ""), request.POST.get("changed", "")[:20]
        import_ = beginning.begin(teammate.workspace, teammate, name, size=int(size[:20]), changed=changed)
    except ImportRefused as refused:
        return _refused(refused)
    return JsonResponse(_state(import_), status=201)


@require_http_methods(["PUT"])
@settings_view(Permission.IMPORT)
def part(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID, number: int) -> HttpResponse:
    """Store one part: the body as it is. Half of one is refused, and sent again."""
    import_ = import_of(teammate, public_id)
    try:
        # Where the line broke within it, there is no request at all; what is too short or too long is refused.
        storing.put_part(import_, number, request.read(storing.PART + 1))
    except ImportRefused as refused:
        return _refused(refused)
    return HttpResponse(status=204)


@require_POST
@settings_view(Permission.IMPORT)
def complete(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """End an upload: the file is looked at. Answers where to go on, or which parts are still missing (409)."""
    import_ = import_of(teammate, public_id)
    try:
        beginning.complete(import_, storing.parts_of(import_.size), import_.size)
    except PartsMissing:
        return JsonResponse(_state(import_), status=409)
    except ImportRefused as refused:
        return _refused(refused, page=_page(import_))
    return JsonResponse({"page": _page(import_)})


def _state(import_: Import) -> dict[str, Any]:
    at = {"public_id": import_.public_id}
    return {
        "page": _page(import_),
        "parts": reverse("import-part", kwargs={**at, "number": 0}).removesuffix("0/"),
        "complete": reverse("import-complete", kwargs=at),
        "cancel": reverse("import-cancel", kwargs=at),
        "part": storing.PART,
        "missing": storing.missing(import_) if import_.status == ImportStatus.UPLOADING else [],
    }


def _page(import_: Import) -> str:
    return reverse("import", kwargs={"public_id": import_.public_id})


def _refused(refused: ImportRefused, **more: str) -> JsonResponse:
    status = {"too_large": 413, "not_uploading": 409}.get(refused.code, 422)
    return JsonResponse({"code": refused.code, "detail": refused.detail, **more}, status=status)
