"""The door for Help Scout: who asks is checked by the signature over the raw body, before a byte of it is parsed.

It only reads, as nothing tells a repeated request from a first one. What it was asked is noted down after the answer
is out, so that the note costs nobody time, and nobody learns from the time whether there is such a workspace.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.fernet import InvalidToken
from django.core.exceptions import RequestDataTooBig
from django.db.models import TextField
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from pydantic import ValidationError

from inbox.people.secrets import decrypt, encrypt
from integrations.configs import HelpScoutConfig
from integrations.helpscout import asked, drawing
from integrations.helpscout.finding import find
from integrations.helpscout.layout import layout_of
from integrations.helpscout.models import Verdict
from integrations.helpscout.requests import note
from integrations.helpscout.signature import HEADER, is_signed
from integrations.models import Connection, Integration

log = logging.getLogger(__name__)

LARGEST_BODY = 1024 * 1024
TOO_LARGE = "This request is larger than 1 MB, which Help Scout’s never are."
REFUSED = (
    "The signature is not right. Give Frontdesk the very secret key that the app has in Help Scout "
    "(Settings → Connections), and check the callback address."
)


@dataclass
class Outcome:
    """What a request is answered with, and what is noted of it. `workspace` is a key, None where there is none."""

    status: int
    html: str
    verdict: Verdict | None = None
    workspace: int | None = None
    contact: uuid.UUID | None = None
    began: float = field(default_factory=time.monotonic)


class NotedResponse(JsonResponse):
    """An answer that is noted down once it is out."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__({"html": outcome.html}, status=outcome.status)
        self.outcome = outcome
        self.milliseconds = round((time.monotonic() - outcome.began) * 1000)

    def close(self) -> None:
        """End the answer; called by the server when all of it is sent."""
        outcome = self.outcome
        try:
            if outcome.verdict is not None and outcome.workspace is not None:
                note(outcome.workspace, outcome.verdict, outcome.status, self.milliseconds, outcome.contact)
        except Exception:  # the answer stands, whatever becomes of the note
            log.exception("a request of Help Scout's could not be noted down")
        finally:
            super().close()


@csrf_exempt
@never_cache
@require_POST
def sidebar(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer what Frontdesk knows of a customer, as `{"html": …}`."""
    began = time.monotonic()
    body = _body(request)
    if body is None:
        return JsonResponse({"html": drawing.draw_fault(TOO_LARGE)}, status=413)
    outcome = answer(slug, body, request.headers.get(HEADER, ""))
    outcome.began = began
    return NotedResponse(outcome)


def answer(slug: str, body: bytes, header: str) -> Outcome:
    """Return what a request is answered with, by a workspace's slug, the raw body and the signature in its header."""
    workspace, secret = _connection(slug)
    # With a secret that nobody has, the same work is done: who asks learns nothing from the time it takes.
    is_right = is_signed(body, header, secret or _nobodys())
    if workspace is None or not secret or not is_right:
        wrong = Verdict.BAD_SIGNATURE if header else Verdict.NO_SIGNATURE
        return Outcome(403, drawing.draw_fault(REFUSED), wrong if secret else Verdict.UNREADABLE_SECRET, workspace)
    try:
        customer = asked.read(body)
    except asked.NotUnderstood as error:
        says = f"Frontdesk cannot read what Help Scout asked: {error}."
        return Outcome(400, drawing.draw_fault(says), Verdict.BAD_BODY, workspace)
    return _found(workspace, customer)


def _found(workspace: int, customer: asked.Asked) -> Outcome:
    if not customer.emails:
        return Outcome(200, drawing.draw_unknown(()), Verdict.NO_CUSTOMER, workspace)
    match = find(workspace, customer.emails)
    if match is None:
        return Outcome(200, drawing.draw_unknown(customer.emails), Verdict.UNKNOWN, workspace)
    html = drawing.draw_person(workspace, match, layout_of(workspace))
    verdict = Verdict.FOUND if match.is_proved else Verdict.CLAIMED
    return Outcome(200, html, verdict, workspace, match.root.public_id)


def _body(request: HttpRequest) -> bytes | None:
    """Return the raw body, None for one that is too large."""
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
            return None
        body = request.body
    except RequestDataTooBig:
        return None
    except ValueError:  # of a length that is no number
        return b""
    return body if len(body) <= LARGEST_BODY else None


def _connection(slug: str) -> tuple[int | None, str]:
    """Return the key of the workspace that has connected Help Scout (None: there is no such) and its secret ("": it
    cannot be read). One query."""
    rows = Connection.objects.filter(workspace__slug=slug, integration=Integration.HELPSCOUT)
    # As it is stored: what cannot be decrypted must not hide whose it is.
    stored = rows.annotate(stored=Cast("config", TextField())).values_list("workspace_id", "stored").first()
    workspace, config = stored or (None, _nobodys_config())
    try:
        return workspace, HelpScoutConfig.model_validate_json(decrypt(config)).secret.get_secret_value()
    except (InvalidToken, ValidationError):
        return workspace, ""


@lru_cache(maxsize=1)
def _nobodys() -> str:
    """Return a secret that nobody has."""
    return uuid.uuid4().hex


@lru_cache(maxsize=1)
def _nobodys_config() -> str:
    """Return what is decrypted where nothing is stored."""
    return encrypt(json.dumps({"secret": _nobodys()}))
