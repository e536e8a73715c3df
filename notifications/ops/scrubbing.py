"""Takes secrets out of what an alert holds, and keeps it short: it is stored, and read by people in other places."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

LONGEST_VALUE = 300
MOST_VALUES = 60
LONGEST_BODY = 4000
MAX_DEPTH = 6
LEFT_OUT = "[scrubbed]"
# Beside what is secret in a log line: what proves somebody's identity or way in when it stands in a form.
_PROOFS = frozenset({"hash", "code", "key", "state", "nonce", "mac", "sig", "hmac", "otp", "pin"})


@cache
def _scrub() -> Callable[[Any], Any]:
    # The scrubber of the log lines lies on a floor above, so its name is a setting.
    found: Callable[[Any], Any] = import_string(settings.OPS_SCRUB)
    return found


def clean(value: Any) -> Any:
    """Return a copy of plain data without its secrets, each text at most LONGEST_VALUE long."""
    # Scrubbed first: half a token is not known for one.
    return _short(_scrub()(_without_proofs(value, 0)), 0)


def clean_text(text: str, longest: int = LONGEST_BODY) -> str:
    """Return text without its secrets, cut to `longest`."""
    return _cut(str(_scrub()(text)).replace("\0", ""), longest)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[:longest] + "…"


def clean_json(value: Any) -> str:
    """Return plain data as JSON text without its secrets, cut to LONGEST_BODY."""
    return _cut(json.dumps(clean(value), ensure_ascii=False, default=str), LONGEST_BODY)


def _without_proofs(value: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        return LEFT_OUT
    if isinstance(value, Mapping):
        return {
            key: LEFT_OUT
            if str(key).lower() in _PROOFS and item not in (None, "")
            else _without_proofs(item, depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_without_proofs(item, depth + 1) for item in value[:MOST_VALUES]]
    return value


def _short(value: Any, depth: int) -> Any:
    if isinstance(value, Mapping):
        return {str(key)[:100]: _short(item, depth + 1) for key, item in list(value.items())[:MOST_VALUES]}
    if isinstance(value, list):
        return [_short(item, depth + 1) for item in value[:MOST_VALUES]]
    if isinstance(value, str) and len(value) > LONGEST_VALUE:
        return value[:LONGEST_VALUE] + "…"
    return value.replace("\0", "") if isinstance(value, str) else value
