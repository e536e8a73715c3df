"""Which side's value a person is shown with: chosen field by field, written onto the winner, and taken back exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from inbox.contacts.attributes import too_large
from inbox.models import Account, Contact, Merge
from inbox.models.contacts import IdentityKind

Side = Literal["winner", "loser"]

# The columns that can be chosen, as the desk calls them.
COLUMNS = {"name": "Name", "email": "Email", "phone": "Phone", "timezone": "Time zone", "account": "Account"}
# Taken without asking: the earliest word holds.
_EARLIEST = ("signed_up_at", "onboarded_at")
ATTRIBUTE = "attributes."
# These make up what the widget calls somebody.
NAMING = ("name", "email", "phone")
MISSING = object()


@dataclass(frozen=True)
class Field:
    """One field of the two sides. `chosen` is the side whose value is proposed or was chosen."""

    name: str
    label: str
    winner: Any
    loser: Any
    chosen: Side

    @property
    def differs(self) -> bool:
        return bool(self.winner != self.loser)


def read(contact: Contact, field: str) -> Any:
    """Return a contact's value of a field: a column's, or an attribute's under "attributes.KEY"; MISSING for none."""
    if field.startswith(ATTRIBUTE):
        return contact.attributes.get(field.removeprefix(ATTRIBUTE), MISSING)
    if field == "account":
        return contact.account_id
    return getattr(contact, field)


def write(contact: Contact, field: str, value: Any) -> None:
    """Set a field on the instance."""
    if not field.startswith(ATTRIBUTE):
        setattr(contact, "account_id" if field == "account" else field, value)
        return
    key = field.removeprefix(ATTRIBUTE)
    kept = {name: old for name, old in contact.attributes.items() if name != key}
    contact.attributes = kept if value is MISSING else {**kept, key: value}


def compare(winner: Contact, loser: Contact) -> list[Field]:
    """Return the fields that either has, each with the side that is proposed.

    The winner's value holds, but where it has none, and where only the loser's address or number is proved.
    """
    proved = {
        (contact.pk, one.kind, one.value)
        for contact in (winner, loser)
        for one in contact.known_by
        if one.verified_at is not None
    }
    names = [*COLUMNS, *(ATTRIBUTE + key for key in dict.fromkeys([*winner.attributes, *loser.attributes]))]
    fields = []
    for name in names:
        ours, theirs = read(winner, name), read(loser, name)
        if _empty(ours) and _empty(theirs):
            continue
        chosen: Side = "winner"
        if _empty(ours) or (
            name in (IdentityKind.EMAIL, IdentityKind.PHONE)
            and not _empty(theirs)
            and (loser.pk, name, theirs) in proved
            and (winner.pk, name, ours) not in proved
        ):
            chosen = "loser"
        fields.append(Field(name, COLUMNS.get(name, name.removeprefix(ATTRIBUTE)), ours, theirs, chosen))
    return fields


def take(winner: Contact, loser: Contact, choice: Mapping[str, Side]) -> dict[str, dict[str, Any]]:
    """Write onto the winner's instance what was chosen of the loser; return what changed as `Merge.fields` keeps it."""
    taken = [field.name for field in compare(winner, loser) if choice.get(field.name, field.chosen) == "loser"]
    changed = {}
    for name in taken:
        before, after = read(winner, name), read(loser, name)
        if before != after:
            held = winner.attributes
            write(winner, name, after)
            if too_large(winner.attributes):  # both together hold more than one profile may
                winner.attributes = held
                continue
            changed[name] = _image(before, after)
    for name in _EARLIEST:
        before, after = getattr(winner, name), getattr(loser, name)
        if after is not None and (before is None or after < before):
            setattr(winner, name, after)
            changed[name] = _image(before, after)
    return changed


def give_back(contact: Contact, merge: Merge, later: list[Merge]) -> tuple[list[str], list[Merge], list[str]]:
    """Put the before-images of `merge` back on its winner's instance where nobody has changed them since.

    `later` are the winner's younger active merges, the oldest first. One that wrote over what this one had written
    gets this one's before-image instead, so that undoing it later gives the same. Returns (fields changed, merges whose
    images changed, fields that were left because somebody has changed them).
    """
    changed, relinked, kept = [], [], []
    for name, image in merge.fields.items():
        over = next((one for one in later if name in one.fields), None)
        before = image.get("before", MISSING)
        if over is not None:
            if over.fields[name].get("before", MISSING) == image.get("after", MISSING):
                over.fields[name].pop("before", None)
                over.fields[name] |= {} if before is MISSING else {"before": before}
                relinked.append(over)
        elif _json(read(contact, name)) == image.get("after", MISSING):
            write(contact, name, _python(name, before))
            changed.append(name)
        else:
            kept.append(name)
    return changed, relinked, kept


def columns(fields: list[str]) -> list[str]:
    """Return the model's fields in which these are stored."""
    return sorted({"attributes" if name.startswith(ATTRIBUTE) else name for name in fields})


def _empty(value: Any) -> bool:
    return value is MISSING or value is None or value == ""


def _image(before: Any, after: Any) -> dict[str, Any]:
    sides = {"before": _json(before), "after": _json(after)}
    return {side: value for side, value in sides.items() if value is not MISSING}


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _python(name: str, value: Any) -> Any:
    if name == "account" and not Account.objects.filter(pk=value).exists():
        return None
    return datetime.fromisoformat(value) if name in _EARLIEST and value else value
