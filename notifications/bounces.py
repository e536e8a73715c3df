"""Addresses whose mail comes back: who says so, and what is done about it. Nothing more is sent there until its owner
says that it works again."""

from __future__ import annotations

import re
import smtplib
from typing import Any

from anymail.exceptions import AnymailInvalidAddress, AnymailRecipientsRefused
from anymail.signals import EventType, RejectReason
from django.utils import timezone

from notifications.models import BouncedAddress

LONGEST_REASON = 300
# What a mail server says of an address itself (RFC 3463): none such, moved away, or a mailbox that was shut.
_OF_ADDRESS = re.compile(r"5\.(?:1\.(?:1|2|3|6|10)|2\.1)\b")
_ENHANCED = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b")
_PLAIN_CODES = (550, 551, 553)
# A provider that drops a letter for these reasons has heard of the address before; for others the fault is ours.
_REJECTIONS = {
    RejectReason.INVALID: "The mail provider says that there is no such address",
    RejectReason.BOUNCED: "Earlier mail came back",
    RejectReason.BLOCKED: "The mail provider does not send to this address",
    RejectReason.SPAM: "Earlier mail was marked as spam",
    RejectReason.UNSUBSCRIBED: "The mail provider was asked to send no more",
}


def bounced(address: str) -> BouncedAddress | None:
    """Return what is known of an address whose mail came back; None for one that works."""
    return BouncedAddress.objects.filter(address=address.strip().lower()).first()


def note_bounce(address: str, reason: str) -> None:
    """Send nothing more to an address; `reason` is what its owner is shown."""
    said = " ".join("".join(sign if sign.isprintable() else " " for sign in reason).split())
    BouncedAddress.objects.update_or_create(
        address=address.strip().lower(), defaults={"reason": said[:LONGEST_REASON], "bounced_at": timezone.now()}
    )


def works_again(address: str) -> None:
    """Send to an address again. One that works already is no error."""
    BouncedAddress.objects.filter(address=address.strip().lower()).delete()


def refusal_of(error: Exception) -> str:
    """Return why there is no way to the one address that a letter was sent to, in words; "" where the error says
    nothing of the address itself."""
    if isinstance(error, AnymailRecipientsRefused | AnymailInvalidAddress):
        return "The mail provider refused the address."
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return ""
    code, said = next(iter(error.recipients.values()), (0, b""))
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    # Older servers give no enhanced code. "Relaying denied" is about us.
    of_address = _OF_ADDRESS.search(text) if _ENHANCED.search(text) else code in _PLAIN_CODES and "relay" not in text
    return f"The mail server answered {code} {text}" if of_address else ""


def heard(sender: Any, event: Any, esp_name: str, **_: Any) -> None:
    """Take in what a mail provider tells of a letter (anymail's signal `tracking`): an address that bounces, is refused
    for good, or complains is noted; what may still arrive is not."""
    address, reason = event.recipient or "", _reason(event)
    if reason and "@" in address and len(address) <= 254 and "\0" not in address:
        note_bounce(address, reason)


def _reason(event: Any) -> str:
    """Return why an address is given up, in words, or ""."""
    detail = event.mta_response or event.description or ""
    if event.event_type == EventType.COMPLAINED:
        return "A letter was marked as spam."
    if event.event_type == EventType.REJECTED:
        known = _REJECTIONS.get(event.reject_reason, "")
        return f"{known}. {detail}" if known else ""
    if event.event_type == EventType.BOUNCED and not _may_still_arrive(event.esp_event):
        return detail or "The mail came back."
    return ""


def _may_still_arrive(told: Any) -> bool:
    """Return whether a bounce is a soft one, which anymail does not tell apart for Postmark and SendGrid."""
    return isinstance(told, dict) and (told.get("Type") == "SoftBounce" or told.get("type") == "blocked")
