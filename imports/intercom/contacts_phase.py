"""Reading users and leads: all of them the first time, later those that changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.utils import timezone

from imports.intercom import fitting
from imports.intercom.companies_phase import take
from imports.intercom.contacts import company_id, row_of, tag_ids
from imports.intercom.reading import Reading
from imports.intercom.syncs import asked_since, wants_tags
from imports.models import BatchKind, Source, SourceLink


def fetch_contacts(reading: Reading) -> None:
    """Read the rest of the contacts into rows."""
    place, intercom = reading.place, reading.intercom

    def ask(cursor: str | None) -> Any:
        if place.since is None:
            return intercom.contacts(cursor)
        return intercom.contacts_changed(asked_since(place.since), cursor)

    for items in reading.pages(ask):
        known, read_at = _known(reading, [str(contact["id"]) for contact in items]), timezone.now()
        for contact in items:
            _take(reading, contact, known, read_at)
            reading.done(contact)


class Before(NamedTuple):
    """How somebody who came over before is here: when they had changed last there, and whether they have tags."""

    changed_at: datetime | None
    has_tags: bool


def _take(reading: Reading, contact: dict[str, Any], known: Mapping[str, Before], read_at: datetime) -> None:
    place, updated = reading.place, fitting.moment(contact.get("updated_at"))
    if updated is not None:
        place.newest = max(place.newest, int(updated.timestamp()))
    before = known.get(str(contact["id"]))
    if before is not None and _is_here(reading, updated, before.changed_at):
        return
    account, tags = _account(reading, contact), _tags(reading, contact)
    if not tags and not (before is not None and before.has_tags):
        tags = None  # nothing to take away
    reading.gathering.add(
        BatchKind.CONTACTS,
        row_of(
            contact,
            place.rows + 1,
            account=account,
            tags=tags,
            definitions=reading.of_contacts,
            read_at=read_at,
        ),
    )
    place.rows += 1


def _known(reading: Reading, ids: list[str]) -> dict[str, Before]:
    """Return who of them came over before, by Intercom's ids. One query."""
    links = SourceLink.objects.filter(
        workspace=reading.import_.workspace_id, source=Source.INTERCOM, kind="contact", source_id__in=ids
    )
    tags = ("contact__attributes__tags", "contact__root__attributes__tags")
    return {
        name: Before(changed_at, any(found))
        for name, changed_at, *found in links.values_list("source_id", "changed_at", *tags)
    }


def _is_here(reading: Reading, updated: datetime | None, changed_at: datetime | None) -> bool:
    """Whether somebody who came over as they were at `changed_at` is here as this sync would bring them."""
    since = reading.place.since
    if since is None or updated is None or changed_at is None or updated > changed_at:
        return False
    # Since then a sync without tags, or one that has not finished, may have brought them: without their tags.
    return not wants_tags(reading.import_) or updated.timestamp() <= since


def _account(reading: Reading, contact: dict[str, Any]) -> str | None:
    """Return the external id of a contact's account. A company that the list left out is asked for."""
    company = company_id(contact)
    if company is None:
        return None
    if company in reading.keys:
        return reading.keys[company] or None
    found = reading.intercom.company(company)
    return (take(reading, {**found, "id": company}) or None) if found is not None else None


def _tags(reading: Reading, contact: dict[str, Any]) -> list[str] | None:
    """Return the names of a contact's tags, None where tags are not wanted."""
    if not wants_tags(reading.import_):
        return None
    ids, has_more = tag_ids(contact)
    if has_more or any(tag not in reading.tags for tag in ids):
        return reading.intercom.contact_tags(str(contact["id"]))
    return [reading.tags[tag] for tag in ids]
