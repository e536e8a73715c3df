"""Who looks at an automated letter: counted only where the workspace has asked for it, and never otherwise.

A picture of one dot says that a letter was opened, a link that leads over us that it was followed. Where a link leads
stands in its signed token, so nobody else can have us lead anywhere. Both are put in when a letter is sent, and not
into what is kept of it: whoever looks at that on the desk opens nothing.
"""

from __future__ import annotations

import html
import re
import uuid

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils import timezone

from inbox.people.audit import Actor, record
from inbox.people.models import Workspace
from inbox.people.permissions import Permission, require
from notifications.models import AutomatedDelivery, MailTracking
from notifications.wording import absolute

SEEN, GO = "mail/seen/", "mail/go/"
_LINK = re.compile(r'(<a [^>]*?href=")(https?://[^"]*)(")')


class UnknownLink(ValueError):
    """The token is not one of ours."""


def is_on(workspace: Workspace) -> bool:
    """Whether a workspace counts who looks at its letters."""
    return MailTracking.objects.filter(workspace=workspace, enabled=True).exists()


def switch(workspace: Workspace, *, on: bool, by: Actor) -> None:
    """Have a workspace count it, or not any more. Raises Forbidden."""
    if by.teammate is not None:
        require(by.teammate, Permission.MANAGE_WORKSPACE)
    with transaction.atomic():
        Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
        if is_on(workspace) != on:
            MailTracking.objects.update_or_create(workspace=workspace, defaults={"enabled": on})
            record("mail_tracking.changed", workspace=workspace, by=by, subject="on" if on else "off")


def watched(body: str, delivery: uuid.UUID) -> str:
    """Return a letter's body (HTML of ours) with its links leading over us, and with the picture at its end."""

    def over_us(found: re.Match[str]) -> str:
        token = _signer(GO).sign_object([delivery.hex, html.unescape(found[2])], compress=True)
        return f"{found[1]}{absolute(f'/{GO}{token}/')}{found[3]}"

    picture = absolute(f"/{SEEN}{_signer(SEEN).sign(delivery.hex)}.gif")
    return f'{_LINK.sub(over_us, body)}<img src="{picture}" width="1" height="1" alt="" style="border:0">'


def opened(token: str) -> None:
    """Note that a letter was opened. A token that is not one of ours notes nothing."""
    try:
        key = uuid.UUID(_signer(SEEN).unsign(token))
    except (BadSignature, ValueError):
        return
    _note(key, "opened_at")


def followed(token: str) -> str:
    """Note that a link was followed, and return where it leads. Raises UnknownLink."""
    try:
        key, target = _signer(GO).unsign_object(token)
        delivery = uuid.UUID(key)
    except (BadSignature, ValueError, TypeError):
        raise UnknownLink("This link is not one of ours.") from None
    # Who follows a link has the letter open, whether or not its picture was fetched.
    _note(delivery, "opened_at")
    _note(delivery, "clicked_at")
    return str(target)


def _note(delivery: uuid.UUID, column: str) -> None:
    """Write down the first time; nothing any more where the workspace counts no longer."""
    counting = MailTracking.objects.filter(enabled=True).values("workspace")
    row = AutomatedDelivery.objects.filter(delivery__public_id=delivery, workspace__in=counting)
    row.filter(**{f"{column}__isnull": True}).update(**{column: timezone.now()})


def _signer(of: str) -> Signer:
    return Signer(salt=f"frontdesk.automations.{of}")
