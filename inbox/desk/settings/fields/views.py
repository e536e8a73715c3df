"""Settings → Contact fields: which fields of its own a workspace has on contacts and accounts, and what they hold."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from inbox.contacts import definitions
from inbox.contacts.fields import keys_seen
from inbox.desk.settings.access import settings_view
from inbox.models import AttributeDefinition
from inbox.models.profiles import AttributeType, ProfileKind
from inbox.people.audit import Actor
from inbox.people.models import Teammate
from inbox.people.permissions import Permission

TYPES = {
    AttributeType.TEXT: "Text",
    AttributeType.NUMBER: "Number",
    AttributeType.BOOLEAN: "Yes or no",
    AttributeType.DATE: "Day",
    AttributeType.URL: "Address (https://…)",
    AttributeType.LIST: "List of texts",
}
KINDS = {ProfileKind.CONTACT: "Contacts", ProfileKind.ACCOUNT: "Accounts"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@settings_view(Permission.MANAGE_WORKSPACE)
def fields(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show the fields, or make one (`of`, `key`, `label`, `type`)."""
    if request.method != "POST":
        return _page(request, teammate)
    sent = {name: request.POST.get(name, "") for name in ("of", "key", "label", "type")}
    try:
        made = definitions.define(
            teammate, sent["of"], sent["key"], sent["label"], sent["type"], Actor.of(request, teammate)
        )
    except definitions.FieldRefused as refused:
        return _page(request, teammate, {**sent, "wrong": refused.name, "why": str(refused)})
    messages.success(request, f"“{made.label}” is a field now.")
    return redirect("settings-fields")


@require_POST
@settings_view(Permission.MANAGE_WORKSPACE)
def field(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Change how a field is called and what it holds (`label`, `type`)."""
    definition = _mine(teammate, public_id)
    label, kind = request.POST.get("label", ""), request.POST.get("type", "")
    try:
        definitions.change(definition, teammate, label, kind, Actor.of(request, teammate))
    except definitions.FieldRefused as refused:
        sent = {"label": label, "type": kind, "field": str(public_id)}
        return _page(request, teammate, {**sent, "wrong": refused.name, "why": str(refused)})
    messages.success(request, f"“{definition.label}” is changed.")
    return redirect("settings-fields")


@require_POST
@settings_view(Permission.MANAGE_WORKSPACE)
def delete(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Delete a field. What profiles hold under its key stays."""
    definition = _mine(teammate, public_id)
    definitions.delete(definition, teammate, Actor.of(request, teammate))
    messages.success(request, f"“{definition.label}” is no field any more. What profiles hold under its key stays.")
    return redirect("settings-fields")


def _mine(teammate: Teammate, public_id: uuid.UUID) -> AttributeDefinition:
    return get_object_or_404(teammate.workspace.attribute_definitions.all(), public_id=public_id)


def _page(request: HttpRequest, teammate: Teammate, sent: Mapping[str, str] | None = None) -> HttpResponse:
    known = list(teammate.workspace.attribute_definitions.order_by("of", "label", "id"))
    taken = {(one.of, one.key) for one in known}
    context: dict[str, Any] = {
        "teammate": teammate,
        "workspace": teammate.workspace,
        "groups": [(words, [one for one in known if one.of == of]) for of, words in KINDS.items()],
        "kinds": KINDS.items(),
        "types": TYPES.items(),
        "seen": [
            key
            for key in dict.fromkeys(key for of in KINDS for key in keys_seen(teammate.workspace_id, of))
            if not all((of.value, key) in taken for of in KINDS)
        ],
        "sent": sent or {},
    }
    return render(request, "settings/fields/fields.html", context, status=422 if sent else 200)
