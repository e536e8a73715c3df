"""The profile of one person, and what it shows page by page."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from inbox.contacts.attributes import definitions_of
from inbox.contacts.suggesting.counting import pending_of
from inbox.desk.contacts import person
from inbox.desk.pane import claims_of, identities_of, merges_of
from inbox.desk.settings.access import settings_view
from inbox.models import Contact
from inbox.models.contacts import IdentityKind
from inbox.models.profiles import ProfileKind
from inbox.people.models import Teammate
from inbox.people.permissions import Permission
from inbox.people.zones import zone_choices
from notifications.automations.leaving import has_left


@never_cache
@require_safe
@settings_view()
def contact(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Show a person. A contact that was merged leads on to its root."""
    root, people = person.person_or_404(teammate, public_id)
    if root.public_id != public_id:
        return redirect("contact", public_id=root.public_id)
    return draw(request, teammate, root, people)


@never_cache
@require_safe
@settings_view()
def conversations(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Return older conversations of a person as a fragment."""
    _, people = person.person_or_404(teammate, public_id)
    try:
        rows, more = person.conversations_page(person.conversations_of(people, teammate), request.GET.get("before", ""))
    except BadSignature:
        return HttpResponse("This place in the list is not known; load the page again.", status=400)
    here = reverse("contact-conversations", args=[people[0].public_id])
    context = {"conversations": rows, "more": f"{here}?before={more}" if more else ""}
    return render(request, "contacts/_conversations.html", context)


@never_cache
@require_safe
@settings_view()
def events(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Return older events of a person as a fragment."""
    _, people = person.person_or_404(teammate, public_id)
    lines, more = person.events_page(person.events_of(people, teammate), teammate, request.GET.get("before", ""))
    here = reverse("contact-events", args=[people[0].public_id])
    context = {"lines": lines, "more": f"{here}?before={more}" if more else ""}
    return render(request, "contacts/_events.html", context)


def draw(
    request: HttpRequest,
    teammate: Teammate,
    root: Contact,
    people: list[Contact],
    wrong: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Show a person. `wrong` is what somebody typed and could not be kept: its `place`, `value` and `why`."""
    context = _context(teammate, root, people) | {"wrong": wrong or {}}
    return render(request, "contacts/person.html", context, status=422 if wrong else 200)


def _context(teammate: Teammate, root: Contact, people: list[Contact]) -> dict[str, Any]:
    talked, more_talked = person.conversations_page(person.conversations_of(people, teammate), "")
    lines, more_lines = person.events_page(person.events_of(people, teammate), teammate, "")
    notes, more_notes = person.notes_page(people, teammate, "")
    devices = person.devices_of(people)
    keys = [one.pk for one in people]
    here = {"public_id": root.public_id}
    identities = person.known_by(people)
    addresses = [known.value for known in identities if known.kind == IdentityKind.EMAIL]
    zone = root.timezone or next((device.timezone for device in devices if device.timezone), "")
    return {
        "teammate": teammate,
        "workspace": teammate.workspace,
        "may_write": teammate.may(Permission.WRITE),
        "contact": root,
        "people": people,
        "merged": people[1:],
        "may_erase": teammate.may(Permission.ERASE),
        "person": root,
        "suggested": pending_of(root) if root.suggestion_count else [],
        "merges": merges_of(keys),
        "claims": claims_of(root, keys, identities_of(keys)),
        "identities": identities,
        "has_left": has_left(teammate.workspace, *addresses),
        "attributes": person.attributes_of(root.attributes, definitions_of(teammate.workspace_id, ProfileKind.CONTACT)),
        "change_attribute": reverse("contact-attribute", kwargs=here),
        "devices": devices,
        "zone": zone,
        "zones": zone_choices() if teammate.may(Permission.WRITE) else [],
        "conversations": talked,
        "more_conversations": _older("contact-conversations", here, more_talked),
        "lines": lines,
        "more_events": _older("contact-events", here, more_lines),
        "notes": notes,
        "more_notes": _older("contact-notes", here, more_notes),
    }


def _older(name: str, here: Mapping[str, Any], before: str) -> str:
    return f"{reverse(name, kwargs=dict(here))}?before={before}" if before else ""
