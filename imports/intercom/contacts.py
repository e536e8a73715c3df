"""Users and leads of Intercom as rows of contacts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from imports.chunks import ContactRow
from imports.intercom import fitting
from inbox.contacts.attributes import Definitions
from inbox.models.contacts import IdentityKind

# Intercom tells when somebody changed by the second. What comes within the same one is to be seen the next time.
SETTLED = timedelta(seconds=2)
_PLAIN = (
    "browser_language", "browser", "os", "referrer", "utm_campaign", "utm_content", "utm_medium", "utm_source",
    "utm_term",
)  # fmt: skip
_IF_TRUE = ("unsubscribed_from_emails", "has_hard_bounced", "marked_email_as_spam")


def row_of(
    contact: dict[str, Any],
    number: int,
    *,
    account: str | None,
    tags: Sequence[str] | None,
    definitions: Definitions,
    read_at: datetime,
) -> ContactRow:
    """Return what Intercom says of a user or lead, as it was read at a moment.

    What a lead says of itself stays a claim, and the id that Intercom made up for it stays there. `account` is the
    external id of its account, `tags` the names of its tags, None for not saying anything of them.
    """
    is_user = contact.get("role") != "lead"
    found = _attributes(contact, tags)
    email = fitting.handle(IdentityKind.EMAIL, contact.get("email"), found)
    phone = fitting.handle(IdentityKind.PHONE, contact.get("phone"), found)
    own = fitting.handle(IdentityKind.EXTERNAL_ID, contact.get("external_id"), found) if is_user else None
    kept = fitting.attributes(found, definitions)
    if tags is not None and not tags and "tags" not in kept:
        kept["tags"] = []
    return ContactRow(
        number,
        email=email,
        external_id=own,
        phone=phone,
        name=fitting.text(contact.get("name"), 255) or None,
        signed_up_at=fitting.iso(contact.get("signed_up_at")),
        last_seen_at=fitting.iso(contact.get("last_seen_at")),
        account_id=account,
        attributes=kept or None,
        source_id=str(contact["id"]),
        proves=is_user,
        changed_at=_changed_at(contact, read_at),
    )


def tag_ids(contact: dict[str, Any]) -> tuple[list[str], bool]:
    """Return the ids of the tags that come along with a contact, and whether it has more."""
    return _ids(contact, "tags")


def company_id(contact: dict[str, Any]) -> str | None:
    """Return Intercom's id of the company that a contact belongs to: of several the first."""
    ids, _ = _ids(contact, "companies")
    return ids[0] if ids else None


def _ids(contact: dict[str, Any], what: str) -> tuple[list[str], bool]:
    found = contact.get(what)
    if not isinstance(found, dict):
        return [], False
    data = found.get("data")
    ids = [str(one["id"]) for one in data if isinstance(one, dict) and one.get("id")] if isinstance(data, list) else []
    return ids, bool(found.get("has_more"))


def _attributes(contact: dict[str, Any], tags: Sequence[str] | None) -> dict[str, Any]:
    own = contact.get("custom_attributes")
    place = contact.get("location")
    standard = {name: contact.get(name) for name in _PLAIN}
    standard |= {name: True for name in _IF_TRUE if contact.get(name) is True}
    standard["language"] = contact.get("language_override")
    if isinstance(place, dict):
        standard |= {name: place.get(name) for name in ("country", "region", "city")}
    if tags:
        standard["tags"] = list(tags)
    return {**standard, **(own if isinstance(own, dict) else {})}


def _changed_at(contact: dict[str, Any], read_at: datetime) -> str | None:
    at = fitting.moment(contact.get("updated_at"))
    return min(at, read_at - SETTLED).isoformat() if at is not None else None
