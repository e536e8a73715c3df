"""The Test button of Help Scout's settings: what is wrong on this side, and what only Help Scout can show."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from inbox.people.models import Workspace
from integrations.connections import ConnectionUnreadable, connection_of
from integrations.helpscout import door
from integrations.helpscout.models import SidebarRequest, Verdict
from integrations.helpscout.requests import REFUSED
from integrations.helpscout.signature import signature
from integrations.models import Integration
from notifications.wording import absolute

# Help Scout takes no longer one (docs/helpscout.md).
LONGEST_SECRET = 40
# What nobody is called: the question is asked in earnest, and answered "not found".
_BODY = json.dumps({"customer": {"email": "test@frontdesk.invalid"}}).encode()


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: whether it is right (None: that cannot be seen from here), and what to do."""

    is_right: bool | None
    says: str


def check(workspace: Workspace) -> list[Finding]:
    """Return what is right and what is wrong with a workspace's sidebar. It writes nothing, and calls nobody."""
    try:
        config = connection_of(workspace, Integration.HELPSCOUT)
    except ConnectionUnreadable:
        says = "The secret key is stored under a key that this installation no longer has. Give it anew."
        return [Finding(False, says)]
    if config is None:
        return [Finding(False, "No secret key is set. Make one up, and give it both to Help Scout and here.")]
    secret = config.secret.get_secret_value()
    return [*_secret(secret), *_answers(workspace, secret), _address(workspace), _asked(workspace)]


def _secret(secret: str) -> list[Finding]:
    if len(secret) > LONGEST_SECRET:
        says = (
            f"The secret key has {len(secret)} signs, and Help Scout takes {LONGEST_SECRET} at most: use a shorter one."
        )
        return [Finding(False, says)]
    return [Finding(True, "A secret key is set and can be read.")]


def _answers(workspace: Workspace, secret: str) -> list[Finding]:
    """Ask the door itself, as Help Scout would."""
    right = door.answer(workspace.slug, _BODY, signature(_BODY, secret))
    wrong = door.answer(workspace.slug, _BODY, signature(_BODY + b" ", secret))
    return [
        Finding(right.status == 200, f"A request signed with this key was answered {right.status}; it should be 200."),
        Finding(
            wrong.status == 403, f"One that was changed after signing was answered {wrong.status}; it should be 403."
        ),
    ]


def _address(workspace: Workspace) -> Finding:
    address = absolute(reverse("helpscout-sidebar", args=[workspace.slug]))
    host = urlsplit(address)
    if host.scheme != "https" or not settings.PUBLIC_URL:
        says = f"Help Scout calls public https addresses alone. Here it would call {address}: set PUBLIC_URL."
        return Finding(False, says)
    return Finding(None, f"Whether Help Scout reaches {address} cannot be seen from here.")


def _asked(workspace: Workspace) -> Finding:
    last = SidebarRequest.objects.filter(workspace=workspace).order_by("-id").first()
    if last is None:
        return Finding(None, "Nothing has come from Help Scout yet. Open a conversation there, and look here again.")
    if last.verdict in REFUSED:
        says = "The last request was signed with another key: the two are not the same. Copy it once more."
        if last.verdict == Verdict.NO_SIGNATURE:
            says = "The last request had no signature: it was not Help Scout, or something on the way took the header."
        return Finding(False, says)
    return Finding(True, "The last request was signed with this very key.")
