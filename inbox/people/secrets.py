"""Secrets at rest: encrypted in the database under a key ring, hashed where they only need to be recognised."""

from __future__ import annotations

import hashlib
import secrets
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache(maxsize=4)
def _ring(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(value: str) -> str:
    """Return `value` encrypted under the newest of FRONTDESK_KEYS, as text."""
    return _ring(tuple(settings.FRONTDESK_KEYS)).encrypt(value.encode()).decode()


def decrypt(value: str) -> str:
    """Return what `encrypt` was given. Raises cryptography.fernet.InvalidToken if no key of the ring fits."""
    return _ring(tuple(settings.FRONTDESK_KEYS)).decrypt(value.encode()).decode()


def new_token(prefix: str) -> str:
    """Return a fresh secret of 256 bits, with a prefix that tells what it is for."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def token_hash(token: str) -> str:
    """Return the hex SHA-256 of `token`. A secret of 256 bits needs no salt and no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that is readable in Python and encrypted in the database."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return None if value is None else encrypt(value)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else decrypt(value)
