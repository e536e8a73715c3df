"""The keys and passwords of one data folder, made once."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable

from settings.embedded.folder import Folder


def fernet_key() -> str:
    """A new key in Fernet's own form: 32 random bytes in url-safe base64."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


MAKERS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "FRONTDESK_KEYS": fernet_key,
    "postgres": lambda: secrets.token_urlsafe(24),
    "valkey": lambda: secrets.token_urlsafe(24),
}


def secrets_of(folder: Folder) -> dict[str, str]:
    """Every secret of the folder by name; those that it lacks are made and kept (mode 0600)."""
    with folder.lock("secrets").taken():
        kept = {name: str(value) for name, value in folder.recall("secrets").items()}
        missing = [name for name in MAKERS if name not in kept]
        if missing:
            kept |= {name: MAKERS[name]() for name in missing}
            folder.remember("secrets", kept)
        return kept
