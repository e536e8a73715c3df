"""The page of one import: what it is now, how far, and what became of it."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from itertools import islice
from typing import Any, cast

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from imports import refused as refusals
from imports import undoing
from imports.desk.access import import_of
from imports.desk.column_views import columns_page
from imports.desk.showing import Shown, abilities, shown_of
from imports.intercom.conversations import talks_of
from imports.models import Batch, BatchKind, Change, Import, ImportStatus, Source
from inbox.desk.settings.access import settings_view
from inbox.models import Contact
from inbox.people.models import Teammate
from inbox.people.permissions import Permission

SHOWN = 50
KEPT = 100


@never_cache
@require_safe
@settings_view()
def page(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Show an import: its columns while they are chosen, its progress while it runs, then what became of it."""
    import_ = import_of(teammate, public_id)
    if import_.source == Source.CSV and _is_at_columns(request, import_) and teammate.may(Permission.IMPORT):
        return columns_page(request, teammate, import_)
    [shown] = shown_of([import_])
    context = abilities(teammate) | {"one": shown, "said": _said(shown)}
    if import_.status == ImportStatus.UNDONE:
        context |= _left(import_)
    elif shown.ended and shown.figures.refused and teammate.may(Permission.IMPORT):
        context |= _refused(import_)
    return render(request, "imports/import.html", context)


@never_cache
@require_safe
@settings_view()
def progress(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Return how far an import is. Once it is something else than the page says, the page is to be loaded anew."""
    [shown] = shown_of([import_of(teammate, public_id)])
    answer = render(request, "imports/_progress.html", abilities(teammate) | {"one": shown, "said": _said(shown)})
    if request.GET.get("status", shown.row.status) != shown.row.status:
        answer["HX-Refresh"] = "true"
    return answer


@never_cache
@require_safe
@settings_view(Permission.IMPORT)
def refused(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Send the refused rows as a file to mend and import again. What is gone is not there."""
    import_ = import_of(teammate, public_id)
    if not refusals.can_download(import_):
        raise Http404("The file of this import is not kept any more.")
    return refused_file(request, import_)


def refused_file(request: HttpRequest, import_: Import) -> HttpResponse:
    """Return the refused rows as a download, written while the file is read."""
    lines = refusals.lines(import_)
    content = _as_it_comes(lines) if isinstance(request, ASGIRequest) else lines
    name = f"refused-{import_.created_at:%Y-%m-%d}-{import_.public_id.hex[-6:]}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    # What Django's own decorators take, whatever its type hints say.
    return cast(HttpResponse, StreamingHttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers))


def _is_at_columns(request: HttpRequest, import_: Import) -> bool:
    judged = import_.dry_run and import_.status == ImportStatus.FINISHED
    return import_.status == ImportStatus.READY or (judged and "columns" in request.GET)


def _said(shown: Shown) -> str:
    """Return what is read out of an import that runs: it changes with each tenth, not with each second."""
    if shown.row.status != ImportStatus.RUNNING:
        return shown.state
    return f"{shown.state}: {shown.figures.percent // 10 * 10} % done"


def _refused(import_: Import) -> dict[str, Any]:
    return {
        "reasons": refusals.reasons_of(import_),
        "refused": list(islice(refusals.rows_of(import_), SHOWN)),
        "refused_shown": SHOWN,
        "can_download": refusals.can_download(import_),
    }


def _left(import_: Import) -> dict[str, Any]:
    """Return what the undo of an import left as it is, as somebody has changed it since."""
    kept = Change.objects.filter(parent=import_).exclude(kept=[]).exclude(kept=None)
    made = Batch.objects.filter(parent=import_, kind=BatchKind.CONTACTS).exclude(made=[])
    keys = [pk for found in made.order_by("number").values_list("made", flat=True)[:KEPT] for pk in found][:KEPT]
    return {
        "left": undoing.preview(import_),
        "talks": talks_of(import_),
        "kept": kept.select_related("contact", "account").order_by("pk")[:KEPT],
        "stayed": Contact.objects.filter(workspace=import_.workspace_id, pk__in=keys).order_by("pk"),
        "kept_shown": KEPT,
    }


async def _as_it_comes(lines: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Read the file off the event loop, as fast as it is taken."""
    read = sync_to_async(lambda: next(lines, None))
    while (line := await read()) is not None:
        yield line
