"""A profile, changed in place: one field with each form."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from inbox.contacts import editing
from inbox.desk.contacts import account_views, person
from inbox.desk.contacts.person_views import draw
from inbox.desk.settings.access import settings_view
from inbox.models import Contact
from inbox.people.models import Teammate
from inbox.people.permissions import Permission


@require_POST
@settings_view(Permission.WRITE)
def contact_field(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Set one field of a person (`field`, `value`)."""
    root, people = person.person_or_404(teammate, public_id)
    field, value = request.POST.get("field", ""), request.POST.get("value", "")
    try:
        said = editing.change_field(root, teammate, field, value)
    except editing.ChangeRefused as refused:
        return draw(request, teammate, root, people, {"place": field, "value": value, "why": str(refused)})
    if said:
        messages.warning(request, said)
    return redirect(_back(root, field))


@require_POST
@settings_view(Permission.WRITE)
def contact_attribute(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Set one attribute of a person (`key`, `value`)."""
    root, people = person.person_or_404(teammate, public_id)
    key, value = request.POST.get("key", ""), request.POST.get("value", "")
    try:
        editing.change_attribute(root, teammate, key, value)
    except editing.ChangeRefused as refused:
        return draw(request, teammate, root, people, _wrong_attribute(request, root.attributes, str(refused)))
    return redirect(_back(root, "attributes"))


@require_POST
@settings_view(Permission.WRITE)
def verified(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Take what a person says of themselves (`kind`, `identity`) for proved."""
    root, _ = person.person_or_404(teammate, public_id)
    kind, value = request.POST.get("kind", ""), request.POST.get("identity", "")
    try:
        if editing.verify_identity(root, teammate, kind, value):
            messages.success(request, f"{value} is verified, on your word.")
        else:
            messages.warning(request, f"Another person has proved {value} already, so here it stays what they say.")
    except editing.ChangeRefused as refused:
        messages.error(request, str(refused))
    return redirect(_back(root, "identities"))


@require_POST
@settings_view(Permission.WRITE)
def account_attribute(request: HttpRequest, teammate: Teammate, external_id: str) -> HttpResponse:
    """Set one attribute of an account (`key`, `value`)."""
    account = account_views.account_or_404(teammate, external_id)
    key, value = request.POST.get("key", ""), request.POST.get("value", "")
    try:
        editing.change_attribute(account, teammate, key, value)
    except editing.ChangeRefused as refused:
        wrong = _wrong_attribute(request, account.attributes, str(refused))
        return account_views.draw(request, teammate, account, wrong)
    return redirect(reverse("account", args=[account.external_id]) + "#attributes")


def _wrong_attribute(request: HttpRequest, held: dict[str, object], why: str) -> dict[str, str]:
    """Return what was typed, for the form that it was typed into: the field's own, or the one for a new field."""
    key, is_new = request.POST.get("key", ""), request.POST.get("new") == "yes"
    place = "adding" if is_new else f"attr-{key}"
    return {"place": place, "key": key, "value": request.POST.get("value", ""), "why": why}


def _back(root: Contact, place: str) -> str:
    return reverse("contact", args=[root.public_id]) + f"#{place}"
