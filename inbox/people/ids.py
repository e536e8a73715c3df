"""Identifiers that leave the house."""

from __future__ import annotations

import uuid

from uuid_utils.compat import uuid7


def new_public_id() -> uuid.UUID:
    """Return a UUID of version 7 (RFC 9562): sortable by time, and says nothing of how many rows there are."""
    return uuid7()
