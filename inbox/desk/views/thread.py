"""A conversation, and what is said in it."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from inbox.conversations import actions
from inbox.conversations.text import TextRefused
from inbox.desk.access import desk_view
from inbox.desk.pane import pane_context
from inbox.desk.seeing import access_context, cannot_see, follow_context
from inbox.desk.thread import WINDOW, read_up_to, window
from inbox.fragments import message_html
from inbox.models import Conversation, Message
from inbox.people.models import Teammate


def visible_or_404(teammate: Teammate, public_id: uuid.UUID) -> Conversation:
    """Return the conversation if `teammate` may see it; else it does not exist."""
    visible = Conversation.objects.visible_to(teammate).for_list().select_related("visitor", "workspace")
    return get_object_or_404(visible, public_id=public_id)


def thread_context(conversation: Conversation, teammate: Teammate) -> dict[str, Any]:
    """Return what the thread and the contact pane show."""
    messages = window(conversation)
    draft = {"author_kind": "teammate", "teammate": teammate, "seq": 0, "created_at": timezone.now()}
    return {
        **access_context(conversation, teammate),
        **follow_context(conversation, teammate),
        **pane_context(conversation, teammate),
        "menus": ("assignee", "team", "priority", "snooze"),
        "messages": messages,
        "more": bool(messages) and messages[0].seq > 1,
        "read_to": read_up_to(conversation, teammate),
        "drafts": [Message(kind="reply", **draft), Message(kind="note", **draft)],
    }


@desk_view
@require_GET
def thread(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Return a conversation as a fragment: its thread, and the contact pane beside it."""
    return render(request, "desk/_opened.html", thread_context(visible_or_404(teammate, public_id), teammate))


@desk_view
@require_GET
def contact(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Return the contact pane beside a conversation, as a fragment."""
    conversation = visible_or_404(teammate, public_id)
    context = {**access_context(conversation, teammate), **pane_context(conversation, teammate)}
    return render(request, "desk/_contact.html", context)


@desk_view
@require_http_methods(["GET", "POST"])
def messages(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Return a window of messages (`?before=SEQ` or `?after=SEQ`), or store one."""
    conversation = visible_or_404(teammate, public_id)
    if request.method == "POST":
        return _write(request, teammate, conversation)
    before, after = _seq(request.GET.get("before")), _seq(request.GET.get("after"))
    found = window(conversation, before=before, after=after)
    context = {"messages": found, "conversation": conversation}
    answer = render(request, "desk/_messages.html", context)
    answer["X-More"] = "yes" if len(found) == WINDOW and (after is not None or found[0].seq > 1) else "no"
    return answer


def _write(request: HttpRequest, teammate: Teammate, conversation: Conversation) -> HttpResponse:
    if not teammate.may_write:
        return HttpResponse("A viewer reads only; ask an admin for another role.", status=403)
    verb = {"reply": actions.reply, "note": actions.note}.get(request.POST.get("kind", ""))
    if verb is None:
        return HttpResponse("A message is a reply or a note.", status=400)
    try:
        client_id = uuid.UUID(request.POST.get("client_id", ""))
    except ValueError:
        return HttpResponse("A message needs a client_id, a UUID made by the sender.", status=400)
    known = Message.objects.filter(conversation=conversation, client_id=client_id).exists()
    try:
        message = verb(conversation, teammate, request.POST.get("text", ""), client_id=client_id)
    except (TextRefused, actions.Refused) as refused:
        return HttpResponse(refused.detail, status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(message_html(message), status=200 if known else 201, headers=cannot_see(message))


def _seq(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 19 else None
