"""Making a contact by hand: from a link that says whom nobody knew yet, say."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from inbox.contacts.editing import ChangeRefused, new_contact
from inbox.desk.contacts.list_views import list_context
from inbox.desk.settings.access import settings_view
from inbox.models import Segment
from inbox.people.models import Teammate
from inbox.people.permissions import Permission


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@settings_view(Permission.WRITE)
def new(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show the form (`?email=` and `?name=` fill it in), or make the contact and go there."""
    asked = request.POST if request.method == "POST" else request.GET
    typed = {name: asked.get(name, "").replace("\0", "")[:255] for name in ("name", "email")}
    wrong = ""
    if request.method == "POST":
        try:
            contact, is_new = new_contact(teammate, typed["name"], typed["email"])
        except ChangeRefused as refused:
            wrong = str(refused)
        else:
            if not is_new:
                messages.info(request, "Somebody with this address was here already: this is who it is.")
            return redirect("contact", public_id=contact.public_id)
    segments = list(Segment.objects.filter(workspace=teammate.workspace).order_by("name", "id"))
    context = {**list_context(teammate, segments), "of": "new", "typed": typed, "wrong": wrong}
    return render(request, "contacts/new.html", context, status=422 if wrong else 200)
