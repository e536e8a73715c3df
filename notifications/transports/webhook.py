"""Transport `webhook`: a signed POST to an address of the customer's, as https://www.standardwebhooks.com describes it.

Whoever makes a route may write any address, so only public ones are called, the connection is bound to the address
that was judged, and no redirect is followed (inbox/people/outbound.py).
"""

from __future__ import annotations

import ipaddress
import json
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

import requests
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.utils import timezone
from standardwebhooks.webhooks import Webhook as Signer

from inbox.people import outbound
from inbox.people.models import Workspace
from notifications.models import WebhookSecret
from notifications.transports.base import Message, Sent, Transport, TransportError

LONGEST_ADDRESS = 320
LONGEST_ANSWER = 200
TERMS = outbound.Terms(
    "webhooks", private="WEBHOOK_ALLOW_PRIVATE", http="", read_seconds=10.0, longest=LONGEST_ANSWER
)  # fmt: skip
# Answers that ask to come again, though they begin with a 4.
LATER = frozenset({408, 425, 429})


class Webhook(Transport):
    """Posts each event as JSON; `address` is an https URL. A receiver tells a double by its webhook-id."""

    name: ClassVar[str] = "webhook"
    label: ClassVar[str] = "Webhook"
    icon: ClassVar[str] = "webhook"
    address_hint: ClassVar[str] = "An address of yours that begins with https://."

    def clean_address(self, workspace: Workspace, address: str) -> str:
        """Return the URL. Raises ValueError, in words, for one that may not be called. Looks no name up."""
        given = address.strip()
        problem = _problem(given)
        if problem:
            raise ValueError(f"This {problem}.")
        return given

    def draw(self, message: Message) -> dict[str, Any]:
        """Return the body: `type`, `timestamp` and `data`, as Standard Webhooks names them."""
        wording, about = message.wording, message.data
        return {
            "type": message.kind,
            "timestamp": about.get("occurred_at", ""),
            "data": {
                "id": str(message.event or ""),
                "kind": message.kind,
                "topic": about.get("topic", ""),
                "severity": wording.severity,
                "title": wording.title,
                "body": wording.body,
                "text": wording.text,
                "counted": wording.counted,
                "url": wording.link,
                "contact": about.get("contact"),
                "account": about.get("account"),
                "data": about.get("data", {}),
            },
        }

    def send(self, message: Message, payload: dict[str, Any]) -> Sent:
        """Post it. Raises TransportError."""
        problem = _problem(message.address)
        if problem:
            raise TransportError(f"The address {problem}.", permanent=True)
        body = json.dumps(payload)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Frontdesk-Webhook/1",
            **signature(message.workspace, str(message.key), body),
        }
        try:
            with outbound.session(TERMS) as session:
                answer = session.post(message.address, data=body.encode(), headers=headers)
        except outbound.PrivateAddress as refused:
            raise TransportError(str(refused), permanent=True) from None
        except requests.Timeout:
            raise TransportError("The address did not answer in time.") from None
        except outbound.OutboundRefused as refused:
            raise TransportError(str(refused)) from None
        except OSError as error:  # those of requests, too
            raise TransportError(f"The address was not reached ({type(error).__name__}).") from None
        _judge(answer)
        return Sent({"status": answer.status_code})


def signature(workspace: Workspace, key: str, body: str) -> dict[str, str]:
    """Return the headers that prove where a body comes from: signed with the secret and, for a day after it was rolled,
    with the former one, too. Raises TransportError for a secret that is unreadable."""
    try:
        secrets = WebhookSecret.objects.get_or_create(workspace=workspace)[0].signing
    except InvalidToken:
        raise TransportError(
            "The secret of this workspace's webhooks cannot be read by any of FRONTDESK_KEYS. Run rotate_secrets "
            "--replace-unreadable, and give your servers the new one.",
            permanent=True,
        ) from None
    now = timezone.now()
    return {
        "webhook-id": key,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(Signer(secret).sign(key, now, body) for secret in secrets),
    }


def _judge(answer: requests.Response) -> None:
    """Return if the answer is a success. Raises TransportError for every other one."""
    status = answer.status_code
    if 200 <= status < 300:
        return
    told = f"The address answered {status}"
    if 300 <= status < 400:
        raise TransportError(f"{told}, a redirect, which is not followed. Give the final address.", permanent=True)
    if status == 410:
        raise TransportError(f"{told}: it wants no more. Remove the route.", permanent=True)
    said = " ".join(answer.content.decode("utf-8", "replace").split())
    text = f"{told}: {said}" if said.isprintable() and said else f"{told}."
    raise TransportError(
        text[:LONGEST_ANSWER],
        permanent=400 <= status < 500 and status not in LATER,
        retry_after=retry_after(answer.headers.get("Retry-After")) if status in (429, 503) else None,
    )


def retry_after(header: str | None) -> float | None:
    """Return the seconds that a Retry-After header asks for: a number, or a date."""
    if header and header.strip().isdecimal():
        return float(header)
    try:
        return max(0.0, (parsedate_to_datetime(header or "") - timezone.now()).total_seconds())
    except (TypeError, ValueError):
        return None


def _problem(url: str) -> str:
    """Return why an address may not be called, in words, or ""."""
    if len(url) > LONGEST_ADDRESS or not url.isascii() or any(sign.isspace() for sign in url):
        return f"is not a web address of at most {LONGEST_ADDRESS} characters without spaces"
    problem = outbound.address_problem(url, TERMS)
    if problem:
        return problem
    parts = urlsplit(url)
    if not all(0 < len(label) < 64 for label in (parts.hostname or "").removesuffix(".").split(".")):
        return "is not a web address: its name cannot be looked up"
    if settings.WEBHOOK_ALLOW_PRIVATE:
        return ""
    if parts.scheme != "https":
        return "must begin with https://"
    host = parts.hostname or ""
    try:
        inside = not outbound.is_public(str(ipaddress.ip_address(host)))
    except ValueError:
        inside = host == "localhost" or host.endswith((".localhost", ".local", ".internal"))
    return "lies inside a private network, which Frontdesk does not call" if inside else ""
