"""What lists of contacts and accounts can be filtered by: the fields, their types, and how the database reads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import unquote

from django.db.models import F, Func, JSONField, TextField, Value

from inbox.models import Account, AttributeDefinition, Contact
from inbox.models.accounts import AccountStatus
from inbox.models.contacts import IdentityKind
from inbox.models.profiles import AttributeType, ProfileKind

# Of how many of the newest profiles the keys without a definition are looked at, and how many are offered.
LOOKED_AT = 200
MOST_KEYS = 40
LONGEST_KEY = 100
ATTRIBUTE = "attr."
OF_ACCOUNT = "account."


class Type(StrEnum):
    """What values a field has: it decides which operators it takes (inbox/contacts/filters.py)."""

    TEXT = "text"
    NUMBER = "number"
    TIME = "time"  # a moment
    DATE = "date"  # a day
    BOOLEAN = "boolean"
    CHOICE = "choice"
    LIST = "list"


_OF_ATTRIBUTE = {
    AttributeType.TEXT: Type.TEXT,
    AttributeType.URL: Type.TEXT,
    AttributeType.NUMBER: Type.NUMBER,
    AttributeType.BOOLEAN: Type.BOOLEAN,
    AttributeType.DATE: Type.DATE,
    AttributeType.LIST: Type.LIST,
}


@dataclass(frozen=True)
class Field:
    """One field: its name in a filter ("account.plan", "attr.size"), what people call it, its type, and where it is.

    `path` is a field of the model, or the JSON that holds `attribute`; `identity` a kind of identity, of those that are
    `verified` or of those that are only claimed.
    """

    key: str
    label: str
    type: Type
    group: str
    path: str = ""
    attribute: str = ""
    identity: str = ""
    verified: bool = False
    choices: tuple[tuple[str, str], ...] = ()

    def json(self) -> Func:
        """Return the attribute's value as JSON. Here "0" is a name too, and no place in a list."""
        return Func(F(self.path), Value(self.attribute), function="jsonb_extract_path", output_field=JSONField())

    def text(self) -> Func:
        """Return the attribute's value as text: a number in digits, a text without its quotes."""
        return Func(F(self.path), Value(self.attribute), function="jsonb_extract_path_text", output_field=TextField())


def _contact_fields() -> list[Field]:
    named = [
        Field("name", "Name", Type.TEXT, "Contact", "name"),
        Field("email", "Email", Type.TEXT, "Contact", "email"),
        Field("phone", "Phone", Type.TEXT, "Contact", "phone"),
        Field("external_id", "User id", Type.TEXT, "Contact", "external_id"),
        Field("timezone", "Time zone", Type.TEXT, "Contact", "timezone"),
        Field("last_seen", "Last seen", Type.TIME, "Contact", "last_seen_at"),
        Field("active", "Last activity", Type.TIME, "Contact", "updated_at"),
        Field("signed_up", "Signed up", Type.TIME, "Contact", "signed_up_at"),
        Field("onboarded", "Set up", Type.TIME, "Contact", "onboarded_at"),
        Field("created", "Created", Type.TIME, "Contact", "created_at"),
    ]
    proofs = [
        Field(f"{word}.{kind}", f"{word.capitalize()} {said}", Type.TEXT, "Identities", identity=kind,
              verified=word == "verified")
        for kind, said in ((IdentityKind.EMAIL, "email"), (IdentityKind.PHONE, "phone"),
                           (IdentityKind.EXTERNAL_ID, "user id"))
        for word in ("verified", "claimed")
    ]  # fmt: skip
    return [*named, *proofs]


def _account_fields(prefix: str = "") -> list[Field]:
    """Return the fields of accounts; with a prefix, as they are reached from a contact."""
    way = "account__" if prefix else ""

    def field(key: str, label: str, kind: Type, path: str, choices: Any = ()) -> Field:
        said = f"Account {label[0].lower()}{label[1:]}" if prefix and not label.startswith("MRR") else label
        return Field(prefix + key, said, kind, "Account", way + path, choices=choices)

    return [
        field("name", "Name", Type.TEXT, "name"),
        field("id", "Id", Type.TEXT, "external_id"),
        field("domain", "Domain", Type.TEXT, "domain"),
        field("plan", "Plan", Type.TEXT, "plan"),
        field("status", "Status", Type.CHOICE, "status", _STATUSES),
        field("seats", "Seats used", Type.NUMBER, "seats"),
        field("seat_limit", "Seats allowed", Type.NUMBER, "seat_limit"),
        field("mrr", "MRR, in the smallest unit", Type.NUMBER, "mrr_minor"),
        field("renews", "Renewal", Type.DATE, "renews_on"),
        field("trial_ends", "Trial’s end", Type.DATE, "trial_ends_on"),
        field("modules", "Modules", Type.LIST, "modules"),
        field("timezone", "Time zone", Type.TEXT, "timezone"),
        field("created", "Created", Type.TIME, "created_at"),
        field("active", "Last activity", Type.TIME, "updated_at"),
    ]


_STATUSES = tuple((key, words.capitalize()) for key, words in AccountStatus.choices)
_CONTACT = _contact_fields()
_ACCOUNT = _account_fields()
_ACCOUNT_OF_CONTACT = _account_fields(OF_ACCOUNT)


class Fields:
    """All fields that one kind of list can be filtered by, in one workspace."""

    def __init__(self, of: ProfileKind, definitions: Iterable[AttributeDefinition]) -> None:
        self.of = of
        own = _CONTACT if of == ProfileKind.CONTACT else _ACCOUNT
        reached = _ACCOUNT_OF_CONTACT if of == ProfileKind.CONTACT else []
        typed = [field for definition in definitions if (field := self._typed(definition))]
        self._known = {field.key: field for field in (*own, *reached, *typed)}

    @classmethod
    def in_workspace(cls, workspace: int, of: ProfileKind) -> Fields:
        """Return those of a workspace (its key). One query."""
        return cls(of, AttributeDefinition.objects.filter(workspace=workspace).order_by("label", "id"))

    def find(self, key: str) -> Field | None:
        """Return the field of this name. Any attribute is one: what has no definition is compared as text."""
        if key in self._known:
            return self._known[key]
        account = self.of == ProfileKind.CONTACT and key.startswith(OF_ACCOUNT + ATTRIBUTE)
        bare = key.removeprefix(OF_ACCOUNT) if account else key
        name = unquote(bare.removeprefix(ATTRIBUTE)) if bare.startswith(ATTRIBUTE) else ""
        if not 0 < len(name) <= LONGEST_KEY:
            return None
        return self._attribute(name, name, Type.TEXT, account=account)

    def offered(self, seen: Iterable[str] = ()) -> dict[str, list[Field]]:
        """Return what can be chosen, by group; `seen` are attributes that have no definition."""
        groups: dict[str, list[Field]] = {}
        untyped = [self._attribute(name, name, Type.TEXT) for name in seen]
        for field in (*self._known.values(), *(field for field in untyped if field.key not in self._known)):
            groups.setdefault(field.group, []).append(field)
        return groups

    def _typed(self, definition: AttributeDefinition) -> Field | None:
        account = definition.of == ProfileKind.ACCOUNT and self.of == ProfileKind.CONTACT
        if definition.of == ProfileKind.CONTACT and self.of == ProfileKind.ACCOUNT:
            return None
        kind = _OF_ATTRIBUTE[AttributeType(definition.type)]
        return self._attribute(definition.key, definition.label, kind, account=account)

    @staticmethod
    def _attribute(name: str, label: str, kind: Type, *, account: bool = False) -> Field:
        # A colon would end the name within a filter.
        key = (OF_ACCOUNT if account else "") + ATTRIBUTE + name.replace("%", "%25").replace(":", "%3A")
        path = "account__attributes" if account else "attributes"
        return Field(key, label, kind, "Account’s attributes" if account else "Attributes", path, attribute=name)


def keys_seen(workspace: int, of: ProfileKind) -> list[str]:
    """Return the attributes that the newest profiles of a workspace (its key) have. One query."""
    model = Contact if of == ProfileKind.CONTACT else Account
    newest = model.objects.filter(workspace=workspace).order_by("-updated_at", "-id")  # type: ignore[attr-defined]
    found: dict[str, None] = {}
    for attributes in newest.values_list("attributes", flat=True)[:LOOKED_AT]:
        found |= dict.fromkeys(key for key in attributes if 0 < len(key) <= LONGEST_KEY)
    return sorted(found)[:MOST_KEYS]
