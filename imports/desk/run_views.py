"""What is done with an import: begin, pause, resume, cancel, undo."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from imports import control, undoing
from imports.desk.access import import_of
from imports.desk.showing import abilities, shown_of
from imports.errors import ImportRefused
from imports.intercom.conversations import talks_of
from imports.models import Import, ImportStatus
from inbox.desk.settings.access import settings_view
from inbox.people.audit import Actor
from inbox.people.models import Teammate
from inbox.people.permissions import Permission

Verb = Callable[[Import, Actor], None]


def _runs(verb: Verb) -> Callable[..., HttpResponse]:
    """Return a view that does this with an import, and shows its page."""

    @require_POST
    @settings_view(Permission.IMPORT)
    def view(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
        import_ = import_of(teammate, public_id)
        try:
            verb(import_, Actor.of(request, teammate))
        except ImportRefused as refused:
            messages.error(request, refused.detail)
        return redirect("import", public_id=public_id)

    return view


run = _runs(control.start)
pause = _runs(control.pause)
resume = _runs(control.resume)


@require_POST
@settings_view(Permission.IMPORT)
def cancel(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """End an import where it is. Of one that was not begun nothing is left, its file neither."""
    import_ = import_of(teammate, public_id)
    waits = import_.status in (ImportStatus.UPLOADING, ImportStatus.READY)
    try:
        control.cancel(import_, Actor.of(request, teammate))
    except ImportRefused as refused:
        messages.error(request, refused.detail)
    else:
        if waits:
            messages.success(request, f"{import_.name} is not imported. Nothing was written.")
    return redirect("imports") if waits else redirect("import", public_id=public_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@settings_view(Permission.IMPORT)
def undo(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Show what an undo would take back, or have it taken back."""
    import_ = import_of(teammate, public_id)
    if request.method == "POST":
        try:
            control.undo(import_, Actor.of(request, teammate))
        except ImportRefused as refused:
            messages.error(request, refused.detail)
        return redirect("import", public_id=public_id)
    [shown] = shown_of([import_])
    if not shown.ended or import_.dry_run or import_.status == ImportStatus.UNDONE:
        return redirect("import", public_id=public_id)
    context = {"one": shown, "undo": undoing.preview(import_), "talks": talks_of(import_)}
    return render(request, "imports/undo.html", abilities(teammate) | context)
