"""What a teammate changes on a profile by hand, one field at a time. A teammate's word proves an identity."""

from __future__ import annotations

import json
import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from inbox.contacts import identities
from inbox.contacts.accounts import change_account
from inbox.contacts.errors import AttributeRefused, AttributesTooLarge
from inbox.contacts.persons import contact_ids
from inbox.contacts.upsert import change_contact, known_contact, upsert_contact_by_email
from inbox.models import Account, AttributeDefinition, Contact, Identity
from inbox.models.contacts import IdentityKind
from inbox.models.profiles import ProfileKind
from inbox.people.models import Teammate
from inbox.people.permissions import Permission, require
from inbox.people.zones import is_zone

LONGEST = {"name": 255, "email": 254, "phone": 40, "timezone": 64, "account": 255}
LONGEST_KEY = 80
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_PHONE = re.compile(r"[^<>@]*[0-9][^<>@]*")


class ChangeRefused(ValueError):
    """A field cannot hold this. The message says what it takes."""


def new_contact(teammate: Teammate, name: str, email: str) -> tuple[Contact, bool]:
    """Return a new contact with this address, which counts as proved, and True; or who has proved it before, and False.

    Raises Forbidden, ChangeRefused.
    """
    require(teammate, Permission.WRITE)
    name, email = " ".join(name.split()), email.strip()
    if not email:
        raise ChangeRefused("Give an email address.")
    _check("email", email)
    _check("name", name)
    known = known_contact(teammate.workspace, email=email)
    if known is not None:
        return known, False
    contact, is_new = upsert_contact_by_email(teammate.workspace, email, {"name": name} if name else {})
    return contact.person, is_new


def change_field(contact: Contact, teammate: Teammate, field: str, value: str) -> str:
    """Set one of LONGEST's fields of a person; an empty value empties it. Return what is to be said of it, often "".

    Raises Forbidden, ChangeRefused.
    """
    require(teammate, Permission.WRITE)
    value = " ".join(value.split()) if field == "name" else value.strip()
    _check(field, value)
    if field == "account":
        account = find_account(teammate, value) if value else None
        change_contact(contact, {"account": account.external_id if account is not None else None})
        return ""
    root = change_contact(contact, {field: value})
    if field not in IdentityKind.values or not value or _is_proved(root, field, value):
        return ""
    return f"Another person has proved {value} already, so here it stays what they say."


def verify_identity(contact: Contact, teammate: Teammate, kind: str, value: str) -> bool:
    """Take a claim of a person for proved, on the teammate's word. False where another person has proved it.

    Raises Forbidden, ChangeRefused for what the person does not claim.
    """
    require(teammate, Permission.WRITE)
    claims = Identity.objects.filter(contact_id__in=contact_ids(contact), kind=kind, value=value)
    claimed = claims.select_related("contact").first()
    if claimed is None:
        raise ChangeRefused("They do not say so any more.")
    return identities.verify(claimed.contact, kind, value)


def change_attribute(profile: Contact | Account, teammate: Teammate, key: str, value: str) -> None:
    """Set one attribute of a person or an account from what was typed; an empty value removes it.

    A key without a definition keeps the kind of value that it holds: what is no text is written as JSON. Raises
    Forbidden, ChangeRefused.
    """
    require(teammate, Permission.WRITE)
    key = key.strip()
    if not key or _CONTROL.search(key) or (len(key) > LONGEST_KEY and key not in profile.attributes):
        raise ChangeRefused(f"Its name has 1 to {LONGEST_KEY} characters.")
    try:
        held = None if _has_type(profile, key) else profile.attributes.get(key)
        changes = {"attributes": {key: _typed(held, value)}}
        if isinstance(profile, Contact):
            change_contact(profile, changes)
        else:
            change_account(profile, changes)
    except AttributeRefused as refused:
        raise ChangeRefused(refused.why) from refused
    except AttributesTooLarge as large:
        raise ChangeRefused(str(large)) from large


def find_account(teammate: Teammate, text: str) -> Account:
    """Return the account that somebody names, by its id or else by its name. Raises ChangeRefused."""
    known = Account.objects.filter(workspace=teammate.workspace)
    by_id = known.filter(external_id=text).first()
    if by_id is not None:
        return by_id
    named = list(known.filter(name__iexact=text).order_by("id")[:2])
    if not named:
        raise ChangeRefused(f"No account is called “{text}”. Write its name or its id as the list of accounts has it.")
    if len(named) > 1:
        raise ChangeRefused(f"Several accounts are called “{text}”. Write the id of the one that you mean.")
    return named[0]


def _check(field: str, value: str) -> None:
    if field not in LONGEST:
        raise ChangeRefused("There is no such field.")
    if len(value) > LONGEST[field]:
        raise ChangeRefused(f"It has at most {LONGEST[field]} characters; this has {len(value):,}.")
    if _CONTROL.search(value):
        raise ChangeRefused("It holds characters that are no text.")
    if value and field == "email":
        try:
            validate_email(value)
        except ValidationError as error:
            raise ChangeRefused("This is not an email address.") from error
    if value and field == "phone" and not _PHONE.fullmatch(value):
        raise ChangeRefused("This is not a phone number.")
    if value and field == "timezone" and not is_zone(value):
        raise ChangeRefused("There is no such time zone. Choose one of the list, such as Europe/Berlin.")


def _is_proved(contact: Contact, kind: str, value: str) -> bool:
    mine = Identity.objects.filter(contact_id__in=contact_ids(contact), kind=kind, verified_at__isnull=False)
    return mine.filter(value=identities.normalise(kind, value)).exists()


def _has_type(profile: Contact | Account, key: str) -> bool:
    of = ProfileKind.CONTACT if isinstance(profile, Contact) else ProfileKind.ACCOUNT
    return AttributeDefinition.objects.filter(workspace=profile.workspace, of=of, key=key).exists()


def _typed(held: Any, value: str) -> Any:
    value = value.replace("\0", "").replace("\r\n", "\n").strip()
    if not value or held is None or isinstance(held, str):
        return value or None
    try:
        return json.loads(value)
    except ValueError as error:
        raise ChangeRefused("This field holds JSON here: a number, true, false, or something in brackets.") from error
