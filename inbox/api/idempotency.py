"""`Idempotency-Key`: a write that is sent again is answered again, and done once.

The key, its answer and the change are one transaction, so a process that is killed leaves all of them or none. While
it runs it holds an advisory lock: another call with the same key is told at once that the first is still being worked,
instead of holding a database connection while it waits. The lock ends with the transaction, whatever ends that.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from django.core.files import File
from django.db import connection, transaction
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from inbox.api.problems import MEDIA_TYPE, Problem, foreseen
from inbox.models import IdempotencyKey
from inbox.people.models import ApiToken

if TYPE_CHECKING:
    from inbox.api.base import ApiView

WRITES = ("POST", "PUT", "PATCH")
HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LIFETIME = timedelta(hours=24)
BATCH = 1000
# The draft's quoted string, or the bare words that most clients send. A comma would be two headers in one.
_QUOTED = re.compile(r'"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"')
_BARE = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+")
_LONGEST = 255


def key_of(request: Request) -> str | None:
    """Return the key that a call carries, None where it has none. Raises Problem for one that cannot be a key."""
    sent = request.headers.get(HEADER)
    if sent is None:
        return None
    sent = sent.strip()
    if quoted := _QUOTED.fullmatch(sent):
        key = re.sub(r'\\(["\\])', r"\1", quoted[1])
    else:
        key = sent if _BARE.fullmatch(sent) else ""
    if not 0 < len(key) <= _LONGEST:
        raise Problem(
            "idempotency_key_invalid",
            f"Send 1 to {_LONGEST} visible ASCII characters, best a UUID that you make for each write.",
            field=HEADER,
        )
    return key


def answer_once(
    view: ApiView, handler: Callable[..., Response], key: str, request: Request, *args: Any, **kwargs: Any
) -> Response | HttpResponse:
    """Return what `handler` answers, or what it answered when this call came first.

    Refusals are kept like answers; what trying again may mend (5xx, 429) is not, and undoes all. Raises Problem where
    the key was another call's, or its call is still being worked.
    """
    token, digest = cast(ApiToken, request.auth), _digest(request)
    with transaction.atomic():
        _hold(token, key)
        known = IdempotencyKey.objects.filter(workspace_id=token.workspace_id, token=token, key=key).first()
        if known is not None and known.created_at > timezone.now() - LIFETIME:
            return _replayed(known, digest)
        if known is not None:
            known.delete()
        response = _worked(view, handler, request, *args, **kwargs)
        IdempotencyKey.objects.create(
            workspace_id=token.workspace_id,
            token=token,
            key=key,
            request_hash=digest,
            status=response.status_code,
            body=JSONRenderer().render(response.data).decode(),
        )
    return response


def forget_expired() -> int:
    """Delete a batch of keys that are older than a day, and return how many there were."""
    expired = IdempotencyKey.objects.filter(created_at__lt=timezone.now() - LIFETIME).order_by("created_at")
    with transaction.atomic():
        batch = list(expired.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
        return IdempotencyKey.objects.filter(pk__in=batch).delete()[0]


def _digest(request: Request) -> str:
    """Return what makes a call the same as another: its method, its address, and what its JSON, or form, says."""
    body = json.dumps(_said(request.data), sort_keys=True)
    return hashlib.sha256(f"{request.method}\n{request.get_full_path()}\n{body}".encode()).hexdigest()


def _said(data: Any) -> Any:
    """Return a body as JSON can say it: of a form its fields, of a file in it what it holds."""
    if not isinstance(data, QueryDict):
        return data
    return {name: [_hash(value) if isinstance(value, File) else value for value in data.getlist(name)] for name in data}


def _hash(file: File[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _hold(token: ApiToken, key: str) -> None:
    """Take the key for this transaction. Raises Problem where another one has it."""
    name = hashlib.sha256(f"idempotency:{token.pk}:{key}".encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(name[:8], signed=True)])
        [taken] = cast(tuple[bool], cursor.fetchone())
    if not taken:
        raise Problem(
            "idempotency_key_in_progress",
            "The first call with this key has not been answered yet. Send this one again in a moment.",
            status=409,
            headers={"Retry-After": "1"},
        )


def _worked(view: ApiView, handler: Callable[..., Response], request: Request, *args: Any, **kwargs: Any) -> Response:
    """Return the handler's answer; of a refusal that is to be kept, its problem document, with nothing changed."""
    try:
        with transaction.atomic():
            return handler(request, *args, **kwargs)
    except Exception as error:
        refusal = foreseen(error)
        if refusal is None or refusal.status_code >= 500 or refusal.status_code == 429:
            raise
        return view.handle_exception(refusal)


def _replayed(known: IdempotencyKey, digest: str) -> HttpResponse:
    if known.request_hash != digest:
        raise Problem(
            "idempotency_key_reused", "Make a new key for each write; this one was another's.", status=422, field=HEADER
        )
    status = known.status or 200
    kind = MEDIA_TYPE if status >= 400 else "application/json"
    return HttpResponse(known.body, kind, status, headers={REPLAYED: "true"})
