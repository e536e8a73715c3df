"""Notes about a person: read further back, written, changed, deleted."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from inbox.contacts import person_notes
from inbox.desk.contacts import person
from inbox.desk.contacts.person_views import draw
from inbox.desk.settings.access import settings_view
from inbox.models import Contact, PersonNote
from inbox.people.models import Teammate
from inbox.people.permissions import Permission


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@settings_view()
def notes(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Return older notes as a fragment (`?before=`), or write one (`text`)."""
    root, people = person.person_or_404(teammate, public_id)
    if request.method == "POST":
        text = request.POST.get("text", "")
        try:
            person_notes.write_note(root, teammate, text)
        except person_notes.NoteRefused as refused:
            return draw(request, teammate, root, people, {"place": "note", "value": text, "why": str(refused)})
        return redirect(_at_notes(root))
    rows, more = person.notes_page(people, teammate, request.GET.get("before", ""))
    here = reverse("contact-notes", args=[root.public_id])
    context = {"contact": root, "notes": rows, "more": f"{here}?before={more}" if more else ""}
    return render(request, "contacts/_notes.html", context)


@require_POST
@settings_view(Permission.WRITE)
def note(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID, note: uuid.UUID) -> HttpResponse:
    """Change one's own note."""
    root, people = person.person_or_404(teammate, public_id)
    text = request.POST.get("text", "")
    try:
        person_notes.edit_note(_of(people, note), teammate, text)
    except person_notes.NoteRefused as refused:
        wrong = {"note": str(note), "value": text, "why": str(refused)}
        return draw(request, teammate, root, people, wrong)
    return redirect(_at_notes(root))


@require_POST
@settings_view(Permission.WRITE)
def delete(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID, note: uuid.UUID) -> HttpResponse:
    """Delete one's own note, or as an admin anybody's."""
    root, people = person.person_or_404(teammate, public_id)
    person_notes.delete_note(_of(people, note), teammate)
    messages.success(request, "The note is deleted.")
    return redirect(_at_notes(root))


def _of(people: list[Contact], note: uuid.UUID) -> PersonNote:
    return get_object_or_404(PersonNote, public_id=note, contact_id__in=[contact.pk for contact in people])


def _at_notes(root: Contact) -> str:
    return reverse("contact", args=[root.public_id]) + "#notes"
