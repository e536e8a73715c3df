"""Rows for the workspace's own fields."""

from __future__ import annotations

from typing import Any

from inbox.desk.contacts.person import Attribute
from inbox.models import AttributeDefinition
from inbox.models.profiles import ProfileKind
from integrations.helpscout.facts import Facts
from integrations.helpscout.lines import Line, Text, day, plain


def attribute_row(facts: Facts, definition: AttributeDefinition) -> Line | None:
    """Return what a field holds of the person or of their company; None where it is empty."""
    profile = facts.root if definition.of == ProfileKind.CONTACT else facts.account
    value: Any = profile.attributes.get(definition.key) if profile is not None else None
    if value is None:
        return None
    held = Attribute(definition.key, definition.label, definition.type, value, "")
    text = day(held.day) if held.day is not None else plain(held.typed)
    return Line(plain(definition.label), (Text(text, held.link),)) if text else None
