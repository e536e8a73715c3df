"""Two buttons of a person's page: take all that is known of them along, and erase them for good."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from inbox.contacts import exporting, personal_export
from inbox.contacts.erasing import CannotErase, counts_of, erase, likely_same
from inbox.desk.settings.access import settings_view
from inbox.models import Contact
from inbox.people.audit import Actor
from inbox.people.models import Teammate
from inbox.people.permissions import Permission

# What is typed where a person has no name.
WORD = "erase"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@settings_view(Permission.ERASE)
def erase_person(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Say what goes when a person is erased, and erase them once their name was typed."""
    contact = get_object_or_404(
        Contact.objects.select_related("root"), workspace=teammate.workspace, public_id=public_id
    )
    root = contact.person
    if root.pk != contact.pk:
        return redirect("contact-erase", public_id=root.public_id)
    if request.method != "POST":
        return _page(request, teammate, root)
    wanted = root.name or WORD
    typed = " ".join(request.POST.get("typed", "").split())
    if typed.casefold() != " ".join(wanted.split()).casefold():
        return _page(request, teammate, root, typed=typed, problem=f"Type “{wanted}” to erase this person.")
    try:
        erase(root, by=Actor.of(request, teammate))
    except CannotErase as refused:
        if refused.is_gone:
            raise Http404 from refused
        return _page(request, teammate, root, typed=typed, problem=str(refused))
    messages.success(request, "The person was erased.")
    return redirect("contacts")


@require_POST
@settings_view(Permission.ERASE)
def export_person(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Ask for all that is known of a person; the page of files has it when it is made."""
    contact = get_object_or_404(
        Contact.objects.select_related("root"), workspace=teammate.workspace, public_id=public_id
    )
    notes = request.POST.get("notes") != "no"
    try:
        personal_export.request_person(contact, teammate, Actor.of(request, teammate), notes=notes)
    except exporting.ExportRefused as refused:
        messages.error(request, str(refused))
        return redirect("contact", public_id=contact.person.public_id)
    return redirect("contact-exports")


def _page(
    request: HttpRequest, teammate: Teammate, contact: Contact, *, typed: str = "", problem: str = ""
) -> HttpResponse:
    try:
        counts = counts_of(contact)
    except CannotErase as gone:
        raise Http404 from gone
    context = {
        "teammate": teammate,
        "workspace": teammate.workspace,
        "contact": contact,
        "counts": counts,
        "others": likely_same(contact),
        "wanted": contact.name or WORD,
        "typed": typed,
        "problem": problem,
    }
    return render(request, "gdpr/erase.html", context, status=422 if problem else 200)
