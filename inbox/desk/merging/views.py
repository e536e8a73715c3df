"""Two profiles side by side, the decision, and its end."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from inbox.contacts import persons
from inbox.contacts.holding import CannotMerge
from inbox.contacts.merging import better_root, merge, undo
from inbox.contacts.merging.preview import preview
from inbox.contacts.merging.undoing import Undone
from inbox.contacts.merging.values import COLUMNS, MISSING, Field, Side
from inbox.contacts.searching import found_roots
from inbox.contacts.suggesting.answering import AlreadyDecided, dismiss
from inbox.contacts.suggesting.counting import pending_of
from inbox.desk.access import desk_view
from inbox.models import Contact, Conversation, Merge, MergeSuggestion
from inbox.people.models import Teammate

FOUND = 20


@desk_view
@require_http_methods(["GET"])
def find(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Look for whom a contact is to be merged with: `?q=` a piece of a name, an email or a phone number."""
    person = _person(teammate, public_id)
    words = request.GET.get("q", "").strip()[:200]
    found = persons.roots().filter(workspace=teammate.workspace_id).exclude(pk=person.pk)
    found = found.filter(found_roots(teammate.workspace_id, words)) if words else found.none()
    context = {
        "person": person,
        "words": words,
        "found": list(
            found.select_related("account")
            .prefetch_related("identities", "attached__identities")
            .order_by("-updated_at")[:FOUND]
        ),
        "suggested": pending_of(person) if person.suggestion_count else [],
        "conversation": _conversation(teammate, request.GET.get("from")),
    }
    return render(request, "merging/find.html", _page(teammate, context))


@desk_view
@require_http_methods(["GET", "POST"])
def compare(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID, other: uuid.UUID) -> HttpResponse:
    """Show two persons field by field; a POST makes them one. `?stays=` is the id of the one that stays."""
    one, two = _person(teammate, public_id), _person(teammate, other)
    if one.pk == two.pk:
        same = public_id == other
        messages.info(request, "That is one contact." if same else "These two are one person already.")
        return redirect("contact", public_id=one.public_id)
    stays, goes = better_root(one, two)
    if (request.POST or request.GET).get("stays") == str(goes.public_id):
        stays, goes = goes, stays
    conversation = _conversation(teammate, (request.POST or request.GET).get("from"))
    if request.method == "POST":
        return _merge(request, teammate, stays, goes, conversation)
    suggested = next((row.suggestion for row in pending_of(one) if row.person.pk == two.pk), None)
    shown = preview(stays, goes)
    context = {
        "preview": shown,
        "sides": [stays, goes],
        "fields": [_field(field, stays, goes) for field in shown.fields],
        "person": one,
        "suggestion": suggested,
        "conversation": conversation,
    }
    return render(request, "merging/compare.html", _page(teammate, context))


def _field(field: Field, stays: Contact, goes: Contact) -> dict[str, Any]:
    """Return a field as the page draws it: each side's value in words."""
    account = field.name == "account"
    sides = [
        ("winner", stays.account if account else field.winner),
        ("loser", goes.account if account else field.loser),
    ]
    values = [(side, "" if value is MISSING or value is None else str(value)) for side, value in sides]
    return {
        "name": field.name, "label": field.label, "differs": field.differs, "chosen": field.chosen, "values_of": values
    }  # fmt: skip


def _merge(
    request: HttpRequest, teammate: Teammate, stays: Contact, goes: Contact, conversation: Conversation | None
) -> HttpResponse:
    if not teammate.may_write:
        return _read_only()
    choice: dict[str, Side] = {
        name.removeprefix("field:"): "loser" if value == "loser" else "winner"
        for name, value in request.POST.items()
        if name.startswith("field:")
        and (name.removeprefix("field:") in COLUMNS or name.startswith("field:attributes."))
    }
    reason = request.POST.get("reason", "").replace("\x00", "")
    try:
        made, _ = merge(goes, into=stays, by=teammate, reason=reason, fields=choice, conversation=conversation)
    except CannotMerge as error:
        messages.error(request, error.detail)
        return redirect("contacts")
    messages.success(request, f"{goes.display_name} and {made.winner.display_name} are one person now.")
    return _back(conversation, stays)


@desk_view
@require_POST
def take_back(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Undo a merge."""
    if not teammate.may_write:
        return _read_only()
    found = get_object_or_404(
        Merge.objects.select_related("winner__root", "loser"), workspace=teammate.workspace_id, public_id=public_id
    )
    conversation = _conversation(teammate, request.POST.get("from"))
    try:
        undone = undo(found, by=teammate, conversation=conversation)
    except CannotMerge as error:
        messages.error(request, error.detail)
        return redirect("contacts")
    messages.success(request, _what_was_undone(undone, found, teammate))
    return _back(conversation, found.winner.person)


@desk_view
@require_POST
def dismiss_suggestion(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Decide that two are not one person."""
    if not teammate.may_write:
        return _read_only()
    found = MergeSuggestion.objects.select_related("contact__root")
    suggestion = get_object_or_404(found, workspace=teammate.workspace_id, public_id=public_id)
    try:
        dismiss(suggestion, by=teammate)
    except (AlreadyDecided, CannotMerge) as error:
        if request.headers.get("HX-Request"):
            return HttpResponse(str(error), status=409, content_type="text/plain; charset=utf-8")
        messages.error(request, str(error))
    if request.headers.get("HX-Request"):
        return HttpResponse()
    return redirect("contact", public_id=suggestion.contact.person.public_id)


def _read_only() -> HttpResponse:
    return HttpResponse("A viewer reads only; ask an admin for another role.", status=403)


def _person(teammate: Teammate, public_id: uuid.UUID) -> Contact:
    """Return the root of the person that this contact belongs to, with what a page shows of it. Raises Http404."""
    mine = Contact.objects.filter(workspace=teammate.workspace_id)
    contact = get_object_or_404(mine, public_id=public_id)
    roots = mine.select_related("account", "workspace").prefetch_related("identities", "attached__identities")
    return get_object_or_404(roots, Q(pk=contact.root_id or contact.pk))


def _conversation(teammate: Teammate, public_id: str | None) -> Conversation | None:
    """Return the conversation that somebody came from, if they may see it."""
    try:
        wanted = uuid.UUID(public_id or "")
    except ValueError:
        return None
    return Conversation.objects.visible_to(teammate).filter(public_id=wanted).first()


def _back(conversation: Conversation | None, person: Contact) -> HttpResponse:
    if conversation is not None:
        return redirect(reverse("inbox-conversation", kwargs={"view": "all", "number": conversation.number}))
    return redirect("contact", public_id=person.public_id)


def _what_was_undone(undone: Undone, found: Merge, teammate: Teammate) -> str:
    """Return in words what parting two did, and what stays where it is."""
    if not undone.is_new:
        return "That merge was undone already."
    said = [f"{found.loser.display_name} and {found.winner.display_name} are two again."]
    if undone.kept:
        names = ", ".join(COLUMNS.get(name, name.removeprefix("attributes.")) for name in undone.kept)
        said.append(f"Changed since, and left as it is: {names}.")
    if undone.stays:
        seen = Conversation.objects.visible_to(teammate).filter(pk__in=[one.pk for one in undone.stays])
        numbers = ", ".join(f"#{number}" for number in seen.order_by("number").values_list("number", flat=True))
        if numbers:
            said.append(f"Begun since, and staying with {found.winner.person.display_name}: {numbers}.")
    return " ".join(said)


def _page(teammate: Teammate, context: dict[str, Any]) -> dict[str, Any]:
    return {"teammate": teammate, "workspace": teammate.workspace, **context}
