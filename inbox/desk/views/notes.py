"""A note by itself: as it is now, and changed by who wrote it."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from inbox.conversations import notes
from inbox.conversations.actions import Refused
from inbox.conversations.text import TextRefused
from inbox.desk.access import desk_view
from inbox.desk.seeing import cannot_see
from inbox.desk.views.thread import visible_or_404
from inbox.fragments import message_html
from inbox.models import Conversation, Message
from inbox.people.models import Teammate


@desk_view
@require_http_methods(["GET", "POST"])
def note(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID, seq: int) -> HttpResponse:
    """Return a note as the thread shows it, or give it another `text` and return it as it is then."""
    conversation = visible_or_404(teammate, public_id)
    message = _note_or_404(conversation, seq)
    if request.method == "GET":
        return HttpResponse(message_html(message))
    if not teammate.may_write:
        return _refusal("A viewer reads only; ask an admin for another role.", 403)
    try:
        message = notes.edit(conversation, seq, teammate, request.POST.get("text", ""))
    except Refused as refused:
        return _refusal(refused.detail, 403 if refused.code == "not_yours" else 422)
    except TextRefused as refused:
        return _refusal(refused.detail, 422)
    return HttpResponse(message_html(message), headers=cannot_see(message))


@desk_view
@require_GET
def editor(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID, seq: int) -> HttpResponse:
    """Return the form in which its author changes a note; for others there is none."""
    conversation = visible_or_404(teammate, public_id)
    message = _note_or_404(conversation, seq)
    if message.teammate_id != teammate.pk or not teammate.may_write:
        return _refusal("Only its author edits a note. Write another one.", 403)
    return render(request, "desk/_note_editor.html", {"conversation": conversation, "message": message})


def _note_or_404(conversation: Conversation, seq: int) -> Message:
    notes_here = Message.objects.filter(conversation=conversation, kind="note")
    message = notes_here.select_related("teammate__user", "contact__root").filter(seq=seq).first()
    if message is None:
        raise Http404
    return message


def _refusal(detail: str, status: int) -> HttpResponse:
    return HttpResponse(detail, status=status, content_type="text/plain; charset=utf-8")
