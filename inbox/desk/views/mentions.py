"""While a note is written: whom it may name, and whom it would tell."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_POST

from inbox.conversations import guests, mentions
from inbox.conversations.pills import named_spans
from inbox.conversations.seers import find_in_sight
from inbox.conversations.suggesting import suggest
from inbox.conversations.text import MAX_LENGTH, TextRefused
from inbox.desk.access import desk_view
from inbox.desk.seeing import LASTS
from inbox.fragments import suggestions_html
from inbox.models import Conversation
from inbox.people.models import Teammate


@desk_view
@require_GET
def mentionable(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Return those who fit `?q=`, the letters after an @, as a list to choose from: the best match first."""
    conversation = _in_sight(teammate, public_id)
    if not teammate.may_write:
        return _only_reads()
    return HttpResponse(suggestions_html(suggest(conversation, teammate, request.GET.get("q", ""))))


@desk_view
@require_POST
def named(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Say whom a note with this `text` would tell.

    Answers `spans`, where its mentions stand ([start, end] in UTF-16 units, as browsers count), and `html`, the line
    under the note: whom it tells, who cannot see the conversation, or why it would be refused.
    """
    conversation = _in_sight(teammate, public_id)
    if not teammate.may_write:
        return _only_reads()
    text = request.POST.get("text", "")
    if len(text) > MAX_LENGTH:
        return JsonResponse({"spans": [], "html": ""})
    try:
        found = mentions.find(conversation, teammate, text)
    except TextRefused as refused:
        return JsonResponse({"spans": [], "html": _line({"refused": refused.detail})})
    spans = [[_units(text, start), _units(text, end)] for start, end in named_spans(text, found.pills)]
    blind = [(handle, found.mates[pk]) for pk, handle in found.blind.items()]
    context = {
        "conversation": conversation,
        "told": len(found.told),
        "names": _in_words(_names(found, teammate)),
        "is_crowd": any("count" in pill for pill in found.pills.values()),
        "blind": blind,
        "itself": bool(found.pills),
        "lasts": LASTS,
        "may_give": bool(blind) and guests.may_give(conversation, teammate),
    }
    return JsonResponse({"spans": spans, "html": _line(context)})


def _in_sight(teammate: Teammate, public_id: uuid.UUID) -> Conversation:
    found = find_in_sight(teammate, public_id)
    if found is None:
        raise Http404
    return found


def _only_reads() -> HttpResponse:
    return HttpResponse("A viewer reads only; ask an admin for another role.", status=403)


def _names(found: mentions.Found, author: Teammate) -> Iterable[str]:
    """Return whom the note names, in its order, but for those whom it does not tell. A handle that was given up and the
    one that took its place are one."""
    blind = {str(found.mates[pk].public_id) for pk in found.blind}
    nobody = {*blind, str(author.public_id)}
    return dict.fromkeys(str(pill["name"]) for pill in found.pills.values() if pill.get("id") not in nobody)


def _in_words(names: Iterable[str], most: int = 4) -> str:
    """Return "Bea, Cem and Support"; of many names the first few, and how many more."""
    listed = list(names)
    if len(listed) > most + 1:
        listed = [*listed[:most], f"{len(listed) - most} more"]
    return " and ".join(part for part in (", ".join(listed[:-1]), "".join(listed[-1:])) if part)


def _line(context: dict[str, Any]) -> str:
    return render_to_string("desk/_named.html", context)


def _units(text: str, place: int) -> int:
    """Return a place in `text` as JavaScript counts it: signs beyond U+FFFF are two."""
    return len(text[:place].encode("utf-16-le", "surrogatepass")) // 2
