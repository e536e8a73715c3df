"""Whether Help Scout signed what came: base64 of HMAC-SHA1 over the raw body, under the app's secret key."""

from __future__ import annotations

import base64
import hashlib
import hmac

HEADER = "X-HelpScout-Signature"


def signature(body: bytes, secret: str) -> str:
    """Return the signature of a raw body under a secret, as its header holds it."""
    # SHA-1 is Help Scout's choice; under HMAC it still holds.
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha1).digest()).decode("ascii")


def is_signed(body: bytes, header: str, secret: str) -> bool:
    """Return whether `header` is the signature of `body`. The texts are compared, so a header of any shape is only
    wrong, and in constant time."""
    return hmac.compare_digest(signature(body, secret).encode("ascii"), header.strip(" \t").encode("utf-8", "replace"))
