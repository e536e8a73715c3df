"""A push service and the browsers behind it: it checks who calls, opens what is pushed, and shows it as they do."""

from __future__ import annotations

import base64
import json
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

import http_ece
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from inbox.people.models import Teammate
from notifications.devices import subscribe
from tests.stand_ins.listening import listening

LONGEST_BODY = 4096


def to_base64(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64(text: str) -> bytes:
    """Return the bytes of base64url."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Device:
    """A browser that subscribed. `shown` is on its screen, by tag, oldest first; `told` is all that came."""

    path: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    told: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    claims: list[dict[str, Any]] = field(default_factory=list)
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)
    # What the service answers for it: a status, headers, a body.
    answer: tuple[int, dict[str, str], bytes] = (201, {}, b"")
    drop: bool = False
    # What is longer than so many bytes, encrypted, is refused (413).
    most: int = LONGEST_BODY

    @property
    def p256dh(self) -> str:
        """Its public key."""
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return to_base64(point)

    @property
    def auth(self) -> str:
        """The secret that it shares with whoever may push to it."""
        return to_base64(self.secret)

    def take(self, body: bytes) -> None:
        """Open what was pushed, and do what the service worker does with it."""
        message = json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm"))
        self.told.append(message)
        if "retract" in message:
            self.shown.pop(message["retract"], None)
        else:
            self.shown[message["tag"]] = message


@dataclass
class PushService:
    """A running one."""

    devices: dict[str, Device] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def origin(self) -> str:
        """What tokens have to be made out for."""
        return f"http://127.0.0.1:{self.port}"

    def device(self) -> Device:
        """Subscribe another browser."""
        made = Device(f"/push/{secrets.token_urlsafe(12)}")
        self.devices[made.path] = made
        return made

    def endpoint(self, device: Device) -> str:
        """Where to push for a browser."""
        return f"{self.origin}{device.path}"

    def claims(self, header: str) -> dict[str, Any]:
        """Return what a VAPID header says. Raises AssertionError for one that RFC 8292 does not allow."""
        scheme, _, rest = header.partition(" ")
        assert scheme == "vapid"
        parts = dict(part.split("=", 1) for part in rest.split(","))
        signed, _, signature = parts["t"].rpartition(".")
        raw = from_base64(signature)
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_base64(parts["k"]))
        der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        key.verify(der, signed.encode(), ec.ECDSA(hashes.SHA256()))
        claims = json.loads(from_base64(signed.partition(".")[2]))
        assert claims["aud"] == self.origin
        assert time.time() < claims["exp"] < time.time() + 86_400
        assert claims["sub"].startswith(("mailto:", "https://"))
        return {**claims, "key": parts["k"]}


class _Handler(BaseHTTPRequestHandler):
    service: PushService

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        device = self.service.devices.get(self.path)
        if device is None:
            return self._answer(404)
        if device.drop:
            return self.connection.shutdown(socket.SHUT_RDWR)
        if len(body) > device.most:
            return self._answer(413)
        try:
            assert len(body) <= LONGEST_BODY
            assert headers["content-encoding"] == "aes128gcm"
            assert int(headers["ttl"]) > 0
            assert len(headers["topic"]) <= 32
            claims = self.service.claims(headers["authorization"])
            if device.answer[0] < 300:
                device.take(body)
        except Exception as error:
            self.service.refusals.append(repr(error))
            return self._answer(400)
        device.headers.append(headers)
        device.claims.append(claims)
        return self._answer(*device.answer)

    def do_GET(self) -> None:
        self.service.refusals.append("GET")
        self._answer(200)

    def _answer(self, status: int, headers: dict[str, str] | None = None, body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def push_service() -> Iterator[PushService]:
    """A push service that listens while the block runs."""
    service = PushService()
    with listening(_Handler, service=service) as service.port:
        yield service


def turned_on(service: PushService, teammate: Teammate, device: Device | None = None) -> Device:
    """Turn push on for a teammate, in this browser or in a new one, and return it."""
    device = device or service.device()
    subscribe(teammate, endpoint=service.endpoint(device), p256dh=device.p256dh, auth=device.auth, label="Firefox 131")
    return device
