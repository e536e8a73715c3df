"""All imports of a workspace, and the place where a file is dropped."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from imports import storing
from imports.desk.showing import Shown, abilities, shown_of
from imports.models import Import, ImportStatus
from inbox.desk.settings.access import settings_view
from inbox.people.models import Teammate
from inbox.people.permissions import Permission

PAGE = 30


@never_cache
@require_safe
@settings_view()
def imports(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show the imports, newest first, and one's own uploads that can be gone on with."""
    rows, more = _page(teammate, request.GET.get("before", ""))
    waiting = [one for one in rows if one.row.status == ImportStatus.UPLOADING and one.row.by_id == teammate.pk]
    context = {
        "imports": [one for one in rows if one not in waiting],
        "waiting": [(one.row, _percent(one.row)) for one in waiting if one.row.size],
        "more": more,
        "is_first": not request.GET.get("before"),
        "largest": storing.LARGEST // 1024**3,
        "part": storing.PART,
        "intercom": _intercom(teammate),
    }
    return render(request, "imports/index.html", abilities(teammate) | context)


def _page(teammate: Teammate, before: str) -> tuple[list[Shown], str]:
    """Return the imports that were begun before this one (its id; "": all), and where the next page begins ("": no
    more). A constant number of queries."""
    mine = Import.objects.filter(workspace=teammate.workspace_id)
    found = mine.select_related("by__user")
    if before:
        last = mine.filter(public_id=_uuid(before)).values("pk")[:1]
        found = found.filter(pk__lt=last)
    rows = list(found.order_by("-pk")[: PAGE + 1])
    more = str(rows[PAGE - 1].public_id) if len(rows) > PAGE else ""
    return shown_of(rows[:PAGE]), more


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)


def _percent(import_: Import) -> int:
    missing = len(storing.missing(import_))
    whole = storing.parts_of(import_.size)
    return 100 * (whole - missing) // whole if whole else 0


def _intercom(teammate: Teammate) -> str:
    """Return where contacts are brought in from Intercom; "" where nobody can."""
    try:
        return reverse("import-intercom") if teammate.may(Permission.IMPORT) else ""
    except NoReverseMatch:
        return ""
