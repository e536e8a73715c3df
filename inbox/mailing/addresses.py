"""The address that answers to a letter go to. Only who got the letter knows it.

reply+TOKEN@INBOUND_EMAIL_DOMAIN, where TOKEN is the conversation, the teammate and a keyed hash of both, in base32:
mail programs and servers may fold the case of an address, and a local part has at most 64 characters (RFC 5321).
"""

from __future__ import annotations

import base64
import uuid
from typing import NamedTuple

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from inbox.people.models import Teammate

PREFIX = "reply+"
_TEAMMATE_BYTES = 6
# 104 bits: nobody guesses one, and all of it is 35 bytes, which is 56 characters without any padding.
_MAC_BYTES = 13
_LENGTH = 16 + _TEAMMATE_BYTES + _MAC_BYTES


class ReplyTo(NamedTuple):
    """Whose answer a reply address takes (a teammate's key), and about which conversation (its public id)."""

    conversation: uuid.UUID
    teammate: int


def address_for(teammate: Teammate, conversation: uuid.UUID) -> str:
    """Return where this teammate's answers about this conversation go; "" where no domain takes any."""
    if not settings.INBOUND_EMAIL_DOMAIN:
        return ""
    said = conversation.bytes + teammate.pk.to_bytes(_TEAMMATE_BYTES, "big")
    token = base64.b32encode(said + _mac(said, settings.SECRET_KEY)).decode().lower()
    return f"{PREFIX}{token}@{settings.INBOUND_EMAIL_DOMAIN}"


def is_ours(address: str) -> bool:
    """Return whether an address has the shape of a reply address, whoever made it up."""
    local, _, domain = address.strip().lower().rpartition("@")
    return bool(domain) and domain == settings.INBOUND_EMAIL_DOMAIN and local.startswith(PREFIX)


def read(address: str) -> ReplyTo | None:
    """Return what a reply address stands for; None for one that we did not make."""
    if not is_ours(address):
        return None
    token = address.strip().rpartition("@")[0][len(PREFIX) :]
    try:
        packed = base64.b32decode(token, casefold=True)
    except ValueError:
        return None
    if len(packed) != _LENGTH:
        return None
    said, mac = packed[:-_MAC_BYTES], packed[-_MAC_BYTES:]
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(constant_time_compare(mac, _mac(said, key)) for key in keys):
        return None
    return ReplyTo(uuid.UUID(bytes=said[:16]), int.from_bytes(said[16:], "big"))


def _mac(said: bytes, key: str | bytes) -> bytes:
    return salted_hmac("inbox.mailing.addresses", said, secret=key, algorithm="sha256").digest()[:_MAC_BYTES]
