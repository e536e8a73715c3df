"""A workspace's own fields: made, changed, deleted by who manages the workspace, and written into its audit."""

from __future__ import annotations

import re

from django.db import IntegrityError, transaction

from inbox.models import AttributeDefinition
from inbox.models.profiles import AttributeType, ProfileKind
from inbox.people.audit import Actor, record
from inbox.people.models import Teammate
from inbox.people.permissions import Permission, require

MOST = 200
LONGEST = 80
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class FieldRefused(ValueError):
    """A field cannot be like this. `name` is the part that is wrong, the message says what to do."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(why)
        self.name = name


def define(teammate: Teammate, of: str, key: str, label: str, kind: str, by: Actor) -> AttributeDefinition:
    """Make a field of contacts or accounts; values under its key stay. Raises Forbidden, FieldRefused."""
    require(teammate, Permission.MANAGE_WORKSPACE)
    if of not in ProfileKind.values:
        raise FieldRefused("of", "Choose contacts or accounts.")
    key = _sound("key", key)
    definition = AttributeDefinition(
        workspace=teammate.workspace, of=of, key=key, label=_sound("label", label or key), type=_type(kind)
    )
    if AttributeDefinition.objects.filter(workspace=teammate.workspace, of=of).count() >= MOST:
        raise FieldRefused("key", f"There are {MOST} fields already. Delete one first.")
    try:
        with transaction.atomic():
            definition.save()
            record("field.created", workspace=teammate.workspace, by=by, subject=definition.label, of=of, type=kind)
    except IntegrityError as error:
        raise FieldRefused("key", f"There is a field with the key “{key}” already.") from error
    return definition


def change(definition: AttributeDefinition, teammate: Teammate, label: str, kind: str, by: Actor) -> None:
    """Call a field something else, or have it take another type from now on. Raises Forbidden, FieldRefused."""
    require(teammate, Permission.MANAGE_WORKSPACE)
    definition.label, definition.type = _sound("label", label), _type(kind)
    with transaction.atomic():
        definition.save(update_fields=["label", "type"])
        record("field.changed", workspace=teammate.workspace, by=by, subject=definition.label, type=kind)


def delete(definition: AttributeDefinition, teammate: Teammate, by: Actor) -> None:
    """Delete a field. The values stay, and may be anything from now on. Raises Forbidden."""
    require(teammate, Permission.MANAGE_WORKSPACE)
    with transaction.atomic():
        definition.delete()
        record("field.deleted", workspace=teammate.workspace, by=by, subject=definition.label)


def _type(kind: str) -> str:
    if kind not in AttributeType.values:
        raise FieldRefused("type", "Choose what it holds.")
    return kind


def _sound(name: str, text: str) -> str:
    text = text.strip()
    if not text:
        raise FieldRefused(name, "Fill this in.")
    if len(text) > LONGEST:
        raise FieldRefused(name, f"It has at most {LONGEST} characters.")
    if _CONTROL.search(text):
        raise FieldRefused(name, "It holds characters that are no text.")
    return text
