"""Settings → Audit: what people with power did, to read and to take along."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import cast

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from inbox import csv_lines
from inbox.desk.settings.access import settings_view
from inbox.desk.settings.keys.facts import NOBODY, Filters, Told, all_of, page_of, people_of
from inbox.desk.settings.keys.wordings import GROUPS, REST
from inbox.people.models import AuditFact, Teammate
from inbox.people.permissions import Permission

COLUMNS = ["at", "what", "who", "kind", "subject", "via", "ip", "browser", "details"]


@never_cache
@require_safe
@settings_view(Permission.SEE_AUDIT)
def audit(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show the facts, newest first, as far as the filters let them through."""
    filters = Filters.of(request.GET, teammate.workspace)
    facts, more = page_of(filters, request.GET.get("before", ""))
    context = {
        "teammate": teammate,
        "workspace": teammate.workspace,
        "filters": filters,
        "groups": [*GROUPS, REST],
        "people": people_of(teammate.workspace),
        "nobody": NOBODY,
        "facts": [Told.of(fact) for fact in facts],
        "is_first_page": "before" not in request.GET,
        "older": filters.address(before=str(facts[-1].public_id)) if more else "",
        "here": filters.address(),
    }
    return render(request, "settings/keys/audit.html", context)


@require_safe
@settings_view(Permission.SEE_AUDIT)
def export(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Send the filtered facts as CSV, made while it is sent: memory does not grow with the list."""
    filters = Filters.of(request.GET, teammate.workspace)
    lines = _lines(filters)
    content = _as_it_comes(lines) if isinstance(request, ASGIRequest) else lines
    name = f"audit-{teammate.workspace.slug}-{timezone.now():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    answer = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)
    return cast(HttpResponse, answer)  # what Django's own decorators take, whatever its type hints say


def _lines(filters: Filters) -> Iterator[str]:
    yield csv_lines.text([COLUMNS])
    for batch in all_of(filters):
        yield csv_lines.text([_row(fact) for fact in batch])


def _row(fact: AuditFact) -> list[str]:
    told = Told.of(fact)
    details = json.dumps(fact.data, ensure_ascii=False, sort_keys=True) if fact.data else ""
    at = fact.at.isoformat(timespec="seconds")
    who = fact.actor_name
    return [at, told.sentence, who, fact.kind, fact.subject, fact.via, fact.ip or "", fact.user_agent, details]


async def _as_it_comes(lines: Iterator[str]) -> AsyncIterator[str]:
    """Draw the lines off the event loop, and hold no connection of the pool while a slow reader takes them."""

    def following() -> str | None:
        try:
            return next(lines, None)
        finally:
            close_old_connections()

    draw = sync_to_async(following)
    while (line := await draw()) is not None:
        yield line
