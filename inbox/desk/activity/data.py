"""An event's data for a reader: names and values, what is nested as JSON."""

from __future__ import annotations

import json
from typing import Any

MOST = 60
LONGEST = 4000


def pairs_of(data: Any) -> list[tuple[str, str, bool]]:
    """Return (name, value, whether it is a text of several lines) for each field, at most MOST of them."""
    if not isinstance(data, dict):
        return [("data", _said(data), False)]
    said = [(str(name), _said(value)) for name, value in list(data.items())[:MOST]]
    return [(name, value, "\n" in value or len(value) > 120) for name, value in said]


def _said(value: Any) -> str:
    if isinstance(value, str):
        return value[:LONGEST]
    return json.dumps(value, ensure_ascii=False, indent=2 if isinstance(value, dict | list) and value else None)[
        :LONGEST
    ]
