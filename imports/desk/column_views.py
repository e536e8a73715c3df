"""The page on which somebody says what the columns of a file are. All of it is kept on the server, with each choice."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from imports import beginning, control, storing
from imports.csv import mapping
from imports.csv.written import Dialect
from imports.desk.access import import_of
from imports.desk.columns import PER_PAGE, choices_of, look_of, shown_columns, taken
from imports.desk.showing import abilities, shown_of
from imports.errors import ImportRefused
from imports.models import Existing, Import, Key
from inbox.desk.settings.access import settings_view
from inbox.people.audit import Actor
from inbox.people.models import Teammate
from inbox.people.permissions import Permission

_ENCODINGS = {"cp1252": "Windows-1252", "mac_roman": "Mac Roman", "iso8859_2": "ISO 8859-2"}
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "blanks"}


@require_POST
@settings_view(Permission.IMPORT)
def columns(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Take what the form says of the columns; then, as its button says, read the file otherwise, check or import it."""
    import_ = import_of(teammate, public_id)
    action = request.POST.get("action", "")
    try:
        if action in ("header", "no-header"):
            beginning.read_again(import_, has_header=action == "header")
            return redirect(_address(import_, 0))
        _keep(import_, request)
        if action in ("check", "import") and not mapping.problems(import_.columns, import_.mapping, import_.key):
            control.start(import_, Actor.of(request, teammate), dry_run=action == "check")
            return redirect("import", public_id=public_id)
    except storing.FileGone:
        messages.error(request, "Its file is not kept any more. Upload it again.")
        return redirect("imports")
    except ImportRefused as refused:
        messages.error(request, refused.detail)
        return redirect("import", public_id=public_id)
    start = _start(request.POST.get("from", ""), import_)
    if request.headers.get("HX-Request"):
        return columns_page(request, teammate, import_, start)
    return redirect(_address(import_, _start(request.POST["to"], import_) if "to" in request.POST else start))


def columns_page(request: HttpRequest, teammate: Teammate, import_: Import, start: int | None = None) -> HttpResponse:
    """Return the page itself: the columns from the place `start` on."""
    if start is None:
        start = _start(request.GET.get("from", ""), import_)
    dialect = Dialect.from_json(import_.dialect)
    try:
        look = look_of(import_)
    except storing.FileGone:
        messages.error(request, "Its file is not kept any more. Upload it again.")
        return redirect("imports")
    choices = choices_of(import_)
    context: dict[str, Any] = abilities(teammate) | {
        "one": shown_of([import_])[0],
        "dialect": dialect,
        "look": look,
        "choices": choices,
        "columns": shown_columns(import_, look, choices, start),
        "encoding": _ENCODINGS.get(dialect.encoding, dialect.encoding.upper().replace("_", "-")),
        "delimiter": _DELIMITERS.get(dialect.delimiter, dialect.delimiter),
        "start": start,
        "shown_to": min(start + PER_PAGE, len(import_.columns)),
        "before": start - PER_PAGE,
        "after": start + PER_PAGE if start + PER_PAGE < len(import_.columns) else None,
        "left_out": sum(not field for field in import_.mapping),
    }
    return render(request, "imports/columns.html", context)


def _keep(import_: Import, request: HttpRequest) -> None:
    """Write down what the form says. Raises ImportRefused."""
    key, existing = request.POST.get("key", ""), request.POST.get("existing", "")
    control.change(
        import_,
        mapping=taken(import_, request.POST.dict()),
        key=key if key in Key else import_.key,
        existing=existing if existing in Existing else import_.existing,
    )


def _start(said: str, import_: Import) -> int:
    """Return the place of the first column of a page; 0 for one that there is not."""
    place = int(said[:6]) if said[:6].isdecimal() else 0
    return place - place % PER_PAGE if place < len(import_.columns) else 0


def _address(import_: Import, start: int) -> str:
    asked = "?columns" + (f"&from={start}" if start else "")
    return reverse("import", kwargs={"public_id": import_.public_id}) + asked
