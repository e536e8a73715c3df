"""Settings → Teammates: inviting, and what became of it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from inbox.desk.settings.access import settings_view
from inbox.desk.settings.staff.forms import InviteForm
from inbox.desk.settings.staff.people import teams_seen_by
from inbox.desk.settings.staff.teammates import index_context
from inbox.people import invitations
from inbox.people.audit import Actor
from inbox.people.membership import Refused
from inbox.people.models import Invitation, Teammate
from inbox.people.permissions import Permission


def link_from(request: HttpRequest) -> invitations.Link:
    """Return how a letter's link is made: at this installation's public address, if one is set."""
    base = getattr(settings, "PUBLIC_URL", "")

    def link(token: str) -> str:
        path = reverse("invitation", args=[token])
        return f"{base.rstrip('/')}{path}" if base else request.build_absolute_uri(path)

    return link


@settings_view(Permission.MANAGE_TEAMMATES)
@require_POST
def invite(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Invite several addresses. Those that cannot be invited stay in the form, and each says why."""
    form = InviteForm(teammate, list(teams_seen_by(teammate)), request.POST)
    if form.is_valid():
        sent, refusals = invite_all(request, teammate, form)
        if sent:
            messages.success(request, sent_words(sent))
        if not refusals:
            return redirect("settings-teammates")
        left = request.POST.copy()
        left["addresses"] = "\n".join(refusals)
        form = InviteForm(teammate, list(teams_seen_by(teammate)), left)
        form.is_valid()
        for detail in refusals.values():
            form.add_error("addresses", detail)
    return render(request, "settings/staff/teammates.html", index_context(request, teammate, form), status=422)


@settings_view(Permission.MANAGE_TEAMMATES)
@require_POST
def resend(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Mail an invitation again."""
    invitation = _invitation(teammate, public_id)
    try:
        invitations.resend(invitation, link=link_from(request), by=Actor.of(request, teammate))
        messages.success(request, f"A new letter is on its way to {invitation.email}. The earlier link is void.")
    except Refused as refused:
        messages.error(request, refused.detail)
    return redirect("settings-teammates")


@settings_view(Permission.MANAGE_TEAMMATES)
@require_POST
def withdraw(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Make an invitation's link useless."""
    invitation = _invitation(teammate, public_id)
    try:
        invitations.withdraw(invitation, by=Actor.of(request, teammate))
        messages.success(request, f"The invitation for {invitation.email} is withdrawn.")
    except Refused as refused:
        messages.error(request, refused.detail)
    return redirect("settings-teammates")


def invite_all(request: HttpRequest, teammate: Teammate, form: InviteForm) -> tuple[list[str], dict[str, str]]:
    """Invite each address of a valid form; return those that were, and of the others why not."""
    sent, refusals = [], {}
    for address in form.cleaned_data["addresses"]:
        try:
            invitations.invite(
                teammate.workspace,
                address,
                form.cleaned_data["role"],
                list(form.cleaned_data.get("teams", [])),
                link=link_from(request),
                by=Actor.of(request, teammate),
            )
            sent.append(address)
        except Refused as refused:
            refusals[address] = refused.detail
    return sent, refusals


def sent_words(sent: list[str]) -> str:
    """Return "An invitation is on its way to …", or how many are."""
    if len(sent) == 1:
        return f"An invitation is on its way to {sent[0]}."
    return f"{len(sent)} invitations are on their way."


def _invitation(teammate: Teammate, public_id: uuid.UUID) -> Invitation:
    return get_object_or_404(teammate.workspace.invitations, public_id=public_id)
