"""Transport `push`: Web Push (RFC 8030, 8188, 8291, 8292) to all browsers where a teammate turned it on.

The library encrypts and signs; the call is ours (inbox/people/outbound.py): browsers name the address to call.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.utils import parseaddr
from hashlib import sha256
from typing import Any, ClassVar
from urllib.parse import urlsplit

import requests
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.utils import timezone
from py_vapid import Vapid02

from inbox.people import outbound
from inbox.people.models import Workspace
from notifications.devices import TERMS, SubscriptionRefused, check_endpoint, push_keys, to_base64
from notifications.models import PushSubscription
from notifications.transports.base import Message, Sent, Transport, TransportError
from notifications.transports.handles import clean_handle, receiver
from notifications.transports.lock_screen import drawn, tag_of, title_of
from notifications.transports.webhook import retry_after
from notifications.words import Cause

# How long a push service keeps a message for a browser that is away. Without it, it keeps none.
TTL = 86_400
# Apple refuses tokens that last for more than a day.
TOKEN_SECONDS = 12 * 3600
LATER = frozenset({408, 425, 429})
TOO_LARGE = 413
UNREADABLE = (
    "The keys of push cannot be read by any of FRONTDESK_KEYS. Run rotate_secrets --replace-unreadable, and turn push "
    "on again in each browser."
)


@dataclass
class Told:
    """What one browser's push service answered."""

    device: PushSubscription
    gone: bool = False
    error: TransportError | None = None


@dataclass
class Left:
    """The browsers that did not take a message for now, by their keys, and the longest wait that was asked for."""

    devices: list[int]
    retry_after: float | None = None


class Push(Transport):
    """Shows a notification in a teammate's browsers; `address` is their handle.

    A success with one browser is a success. Those that did not take it for now are told later, and the others are not
    told twice: `external` holds `lacks`, the browsers that are still without what `said` is the hash of, and whether it
    is `silent`. Where a worker was killed it goes to all of them again: a notification replaces the one of the same
    tag, silently.
    """

    name: ClassVar[str] = "push"
    label: ClassVar[str] = "Push"
    icon: ClassVar[str] = "smartphone"
    can_update: ClassVar[bool] = True
    can_retract: ClassVar[bool] = True
    unique: ClassVar[bool] = True
    clears: ClassVar[bool] = True
    expires: ClassVar[float | None] = float(TTL)
    address_hint: ClassVar[str] = "A teammate's @handle. They turn push on in Settings → Notifications."

    def clean_address(self, workspace: Workspace, address: str) -> str:
        """Return "@handle". Raises ValueError for somebody who does not work here."""
        return clean_handle(workspace, address)

    def draw(self, message: Message) -> dict[str, Any]:
        """Return what the service worker gets (inbox/static/desk/sw.js)."""
        return drawn(message)

    def send(self, message: Message, payload: dict[str, Any]) -> Sent:
        """Push it. Raises TransportError, with cause NOBODY where no browser is left."""
        return _sent(message, payload, _push(message, payload))

    def send_to(self, message: Message, payload: dict[str, Any], devices: Collection[int]) -> None:
        """Push it to these browsers (by key) alone. Raises TransportError."""
        _push(message, payload, among=devices)

    def update(self, message: Message, payload: dict[str, Any]) -> Sent:
        """Push it anew under the same tag: it takes the place of what was shown. Where it says what was said before, it
        goes to those alone that lack it, with the sound that it had for the others."""
        lacks = message.external.get("lacks")
        if not lacks or message.external.get("said") != _hash(payload):
            return _sent(message, payload, _push(message, payload))
        payload = {**payload, "silent": bool(message.external.get("silent"))}
        try:
            left = _push(message, payload, among=lacks)
        except TransportError as error:
            if error.permanent:  # they are gone, or will never take it; the others have it
                return Sent({"tag": tag_of(message)})
            left = Left(lacks, error.retry_after)
        return _sent(message, payload, left)

    def retract(self, message: Message) -> None:
        """Have the browsers close it."""
        try:
            _push(message, {"retract": tag_of(message), "title": title_of(message)})
        except TransportError as error:
            if error.cause is None:
                raise


def _sent(message: Message, payload: dict[str, Any], left: Left) -> Sent:
    if not left.devices:
        return Sent({"tag": tag_of(message)})
    said = {"lacks": left.devices, "said": _hash(payload), "silent": payload["silent"]}
    return Sent({"tag": tag_of(message), **said}, again=left.retry_after or 0.0)


def _hash(payload: dict[str, Any]) -> str:
    """Return by which the same words are known again, however loud."""
    words = {key: value for key, value in payload.items() if key != "silent"}
    return sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()[:32]


def _push(message: Message, payload: dict[str, Any], among: Collection[int] | None = None) -> Left:
    """Push to all browsers of the teammate, side by side, or to those of them that are `among` some. Return which did
    not take it for now. Raises TransportError if none of them took it."""
    try:
        keys = push_keys()
        devices = _devices(message, among)
    except InvalidToken:
        raise TransportError(UNREADABLE, permanent=True) from None
    vapid = Vapid02.from_raw(keys.private.encode())
    bodies = [_encoded(payload)]
    if payload.get("body"):
        bodies.append(_encoded({**payload, "body": ""}))
    headers = {
        "TTL": str(TTL),
        "Urgency": _urgency(message),
        # What waits under this topic is replaced, so that a browser that comes back is told the last word alone.
        "Topic": to_base64(sha256(tag_of(message).encode()).digest()[:24]),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
    }

    def call(device: PushSubscription) -> Told:
        return _call(device, bodies, headers, vapid)

    with ThreadPoolExecutor(max_workers=max(1, len(devices) - 1)) as others:
        waiting = [others.submit(call, device) for device in devices[1:]]
        # The first one here: the call gives this thread's connection back for as long as it takes.
        told = [call(devices[0]), *(future.result() for future in waiting)]
    return _note(told)


def _encoded(payload: dict[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace")


def _devices(message: Message, among: Collection[int] | None) -> list[PushSubscription]:
    mate = receiver(message)
    theirs = PushSubscription.objects.filter(workspace=message.workspace, teammate=mate).order_by("id")
    devices = list(theirs if among is None else theirs.filter(pk__in=among))
    if not devices:
        raise TransportError("They have turned push on in no browser.", cause=Cause.NOBODY)
    return devices


def _note(told: list[Told]) -> Left:
    """Forget the browsers that are gone, and return which did not take it for now. Raises TransportError where none
    took it."""
    gone = [one.device.pk for one in told if one.gone]
    good = [one.device.pk for one in told if not one.gone and one.error is None]
    if gone:
        PushSubscription.objects.filter(pk__in=gone).delete()
    for one in told:
        if one.error is not None:  # its owner sees it beside the browser
            PushSubscription.objects.filter(pk=one.device.pk).update(error=str(one.error)[:300])
    if good:
        PushSubscription.objects.filter(pk__in=good).update(last_used_at=timezone.now(), error="")
        left = [one for one in told if one.error is not None and not one.error.permanent]
        asked = [one.error.retry_after for one in left if one.error and one.error.retry_after is not None]
        return Left([one.device.pk for one in left], max(asked, default=None))
    errors = [one.error for one in told if one.error is not None]
    if not errors:
        raise TransportError("They have no browser left that takes push.", cause=Cause.NOBODY)
    raise next((error for error in errors if not error.permanent), errors[0])


def _call(device: PushSubscription, bodies: Sequence[bytes], headers: dict[str, str], vapid: Vapid02) -> Told:
    """Push the first of `bodies`, and where that is too large the next one."""
    host = urlsplit(device.endpoint).hostname or ""
    try:
        check_endpoint(device.endpoint)
        with outbound.session(TERMS) as session:
            for body in bodies:
                answer = session.post(
                    device.endpoint,
                    data=_encrypted(device, body),
                    headers={**headers, **_signed(device.endpoint, vapid)},
                )
                if answer.status_code != TOO_LARGE:
                    break
    except (SubscriptionRefused, outbound.PrivateAddress) as refused:
        return Told(device, error=TransportError(str(refused), permanent=True))
    except requests.Timeout:
        return Told(device, error=TransportError(f"{host} did not answer in time."))
    except outbound.OutboundRefused as refused:
        return Told(device, error=TransportError(str(refused)))
    except OSError as error:  # those of requests, too; their words name the address, which lets whoever has it push
        return Told(device, error=TransportError(f"{host} was not reached ({type(error).__name__})."))
    return _judged(device, host, answer)


def _encrypted(device: PushSubscription, body: bytes) -> bytes:
    from pywebpush import WebPusher  # here: it brings an HTTP client of its own, which each process would load

    keys = {"p256dh": device.p256dh, "auth": device.auth}
    return bytes(WebPusher({"endpoint": device.endpoint, "keys": keys}).encode(body)["body"])


def _signed(endpoint: str, vapid: Vapid02) -> dict[str, str]:
    parts = urlsplit(endpoint)
    origin = f"{parts.scheme}://{parts.netloc}"
    claims = {"aud": origin, "exp": int(time.time()) + TOKEN_SECONDS, "sub": _contact()}
    return dict(vapid.sign(claims))


def _contact() -> str:
    """Return whom a push service may write to. Apple takes neither localhost nor a name beside the address."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    if "." in address.rpartition("@")[2] or not settings.PUBLIC_URL.startswith("https://"):
        return f"mailto:{address or 'frontdesk@localhost'}"
    return str(settings.PUBLIC_URL)


def _urgency(message: Message) -> str:
    if message.silent:
        return "low"
    return "high" if message.wording.severity in ("error", "critical") else "normal"


def _judged(device: PushSubscription, host: str, answer: requests.Response) -> Told:
    status = answer.status_code
    if 200 <= status < 300:
        return Told(device)
    if status in (404, 410):
        return Told(device, gone=True)
    told = f"{host} answered {status}{_reason(answer)}"
    if status in (401, 403):
        said = f"{told}: it does not know Frontdesk's key. Turn push off and on again in this browser ({device.label})."
        return Told(device, error=TransportError(said, permanent=True))
    if status in LATER or status >= 500:
        asked = retry_after(answer.headers.get("Retry-After"))
        return Told(device, error=TransportError(f"{told}.", retry_after=asked))
    large = " It is too large." if status == TOO_LARGE else ""
    said = f"{told}: it does not take this message.{large}"
    return Told(device, error=TransportError(said, permanent=True))


def _reason(answer: requests.Response) -> str:
    """Return the word that Apple gives for a refusal, in brackets, or ""."""
    try:
        reason = answer.json()["reason"]
    except (ValueError, KeyError, TypeError):
        return ""
    return f" ({reason[:60]})" if isinstance(reason, str) and reason.isalnum() and reason.isascii() else ""
