"""A workspace's own fields on contacts and accounts.

A field that has a definition holds values of its type alone; any other key holds what was sent.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from inbox.contacts.errors import AttributeRefused, AttributesTooLarge
from inbox.models import AttributeDefinition
from inbox.models.profiles import AttributeType, ProfileKind

MAX_BYTES = 64 * 1024
LONGEST_TEXT = 5_000
LONGEST_URL = 2_000
MOST_ITEMS = 100
LONGEST_ITEM = 200
# What a number in JSON may be without losing a digit on its way through a browser.
LARGEST = 10**15
_NUMBER = re.compile(r"[+-]?[0-9]{1,16}(\.[0-9]{1,10})?")
_YES = frozenset({"yes", "true", "1", "on"})
_NO = frozenset({"no", "false", "0", "off"})
# A lone surrogate is no text, and PostgreSQL holds no NUL.
_UNHOLDABLE = re.compile("[\x00\ud800-\udfff]")

Definitions = Mapping[str, AttributeDefinition]


def definitions_of(workspace: int, of: ProfileKind) -> dict[str, AttributeDefinition]:
    """Return the definitions of a workspace (its key) for contacts or accounts by key, in order of label. One query."""
    found = AttributeDefinition.objects.filter(workspace=workspace, of=of).order_by("label", "id")
    return {definition.key: definition for definition in found}


def merged(old: dict[str, Any], new: dict[str, Any], definitions: Definitions | None = None) -> dict[str, Any]:
    """Return `old` with the keys of `new` set, and those that are None in it removed.

    What `definitions` know is of its type afterwards. Raises AttributeRefused, AttributesTooLarge.
    """
    known = definitions or {}
    typed = {key: coerce(known[key], value) if key in known else value for key, value in new.items()}
    kept = {key: value for key, value in {**old, **typed}.items() if value is not None}
    if too_large(kept):
        raise AttributesTooLarge(f"All attributes together hold {MAX_BYTES // 1024} KB at most.")
    return kept


def too_large(attributes: Mapping[str, Any]) -> bool:
    """Return whether a profile may not hold as much."""
    return len(json.dumps(attributes, ensure_ascii=False).encode("utf-8", "surrogatepass")) > MAX_BYTES


def coerce(definition: AttributeDefinition, value: Any) -> Any:
    """Return a value as its type holds it: text, int or float, bool, "2026-01-31", an http(s) address, a list of texts.

    Texts that say a value are taken for it ("12", "yes", "a, b"); None and an empty text are None, which removes it.
    Raises AttributeRefused.
    """
    if value is None or value == "":
        return None
    try:
        return _TYPES[AttributeType(definition.type)](value)
    except ValueError as error:
        raise AttributeRefused(definition.key, str(error)) from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("It is a text; write it in quotes.")
    return _holdable(value, LONGEST_TEXT)


def _number(value: Any) -> int | float:
    said = value.strip().replace("\u2212", "-") if isinstance(value, str) else value
    if isinstance(said, str):
        if not _NUMBER.fullmatch(said):
            raise ValueError("It is a number, such as 12 or 12.5.")
        said = float(said) if "." in said else int(said)
    if isinstance(said, bool) or not isinstance(said, int | float) or not math.isfinite(said):
        raise ValueError("It is a number, such as 12 or 12.5.")
    if abs(said) > LARGEST:
        raise ValueError("It is a number of at most 15 digits.")
    return said


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else str(value)
    if word in _YES or word in _NO:
        return word in _YES
    raise ValueError("It is yes or no.")


def _date(value: Any) -> str:
    try:
        if isinstance(value, str) and len(said := value.strip()) == 10:
            return date.fromisoformat(said).isoformat()
    except ValueError:
        pass
    raise ValueError("It is a day; write it as 2026-01-31.")


def _url(value: Any) -> str:
    refusal = "It is an address that begins with https:// or http://."
    if not isinstance(value, str):
        raise ValueError(refusal)
    said = _holdable(value.strip(), LONGEST_URL)
    try:
        parts = urlsplit(said)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        sound = False
    if not sound or re.search(r"[\s<>\"\x00-\x1f\x7f]", said):
        raise ValueError(refusal)
    return said


def _list(value: Any) -> list[str] | None:
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise ValueError("It is a list of texts.")
    kept = list(dict.fromkeys(item.strip() for item in items if item.strip()))
    if len(kept) > MOST_ITEMS:
        raise ValueError(f"It is a list of at most {MOST_ITEMS} texts.")
    return [_holdable(item, LONGEST_ITEM) for item in kept] or None


def _holdable(text: str, longest: int) -> str:
    if len(text) > longest:
        raise ValueError(f"It has at most {longest} characters.")
    if _UNHOLDABLE.search(text):
        raise ValueError("It holds characters that are no text.")
    return text


_TYPES: dict[AttributeType, Callable[[Any], Any]] = {
    AttributeType.TEXT: _text,
    AttributeType.NUMBER: _number,
    AttributeType.BOOLEAN: _boolean,
    AttributeType.DATE: _date,
    AttributeType.URL: _url,
    AttributeType.LIST: _list,
}
