"""A workspace's own fields on contacts and accounts."""

from __future__ import annotations

import json
from typing import Any

from inbox.contacts.errors import AttributesTooLarge

MAX_BYTES = 64 * 1024


def merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Return `old` with the keys of `new` set, and those that are None in it removed. Raises AttributesTooLarge."""
    kept = {key: value for key, value in {**old, **new}.items() if value is not None}
    if len(json.dumps(kept, ensure_ascii=False).encode()) > MAX_BYTES:
        raise AttributesTooLarge(f"All attributes together hold {MAX_BYTES // 1024} KB at most.")
    return kept
