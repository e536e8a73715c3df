"""Making what Intercom holds fit what Frontdesk holds, and keeping aside what does not."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from inbox.contacts.attributes import LONGEST_ITEM, LONGEST_TEXT, MOST_ITEMS, Definitions, coerce
from inbox.contacts.errors import AttributeRefused
from inbox.contacts.fields import LONGEST_KEY
from inbox.contacts.identities import LENGTHS, normalise
from inbox.models.contacts import IdentityKind

_UNHOLDABLE = re.compile("[\x00\ud800-\udfff]")
# What does not fit a field is kept in an attribute of this name and the field's.
ASIDE = "intercom_"


def text(value: Any, longest: int) -> str:
    """Return a text or number as a text of at most `longest` characters, "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return _UNHOLDABLE.sub("", str(value)).strip()[:longest]


def moment(value: Any) -> datetime | None:
    """Return Intercom's seconds since 1970 as a moment, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def iso(value: Any) -> str | None:
    """Return Intercom's seconds as chunks hold a moment."""
    at = moment(value)
    return at.isoformat() if at is not None else None


def handle(kind: IdentityKind, value: Any, aside: dict[str, Any]) -> str | None:
    """Return a handle as identities hold it; one that none can be is put `aside`."""
    said = normalise(kind, text(value, LONGEST_TEXT))
    if not said:
        return None
    if len(said) <= LENGTHS[kind] and (kind != IdentityKind.EMAIL or _is_email(said)):
        return said
    aside[f"{ASIDE}{kind.value}"] = said
    return None


def attributes(found: dict[str, Any], definitions: Definitions) -> dict[str, Any]:
    """Return what an attribute may be of `found`; what a definition does not take is kept under a name of its own."""
    kept: dict[str, Any] = {}
    for key, value in found.items():
        name, held = text(key, LONGEST_KEY), _held(value)
        if not name or held is None:
            continue
        try:
            typed = coerce(definitions[name], held) if name in definitions else held
        except AttributeRefused:
            name, typed = f"{ASIDE}{name}"[:LONGEST_KEY], held
        if typed is not None:
            kept[name] = typed
    return kept


def _held(value: Any) -> Any:
    """Return a value that an attribute can hold, None where there is none: no objects within objects."""
    if isinstance(value, str):
        return text(value, LONGEST_TEXT) or None
    if isinstance(value, list):
        return [item for one in value[:MOST_ITEMS] if (item := text(one, LONGEST_ITEM))] or None
    return value if isinstance(value, bool | int | float) else None


def _is_email(value: str) -> bool:
    try:
        validate_email(value)
    except ValidationError:
        return False
    return True
