"""What there is in the stand-in's Intercom, made up; and syncs with it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from imports import batches, chunks
from imports.chunks import ContactRow
from imports.intercom.beginning import begin
from imports.intercom.fetching import fetch
from imports.models import Batch, BatchKind, Import
from imports.planned import LEASE
from inbox.people.audit import COMMAND_LINE
from inbox.people.models import Workspace
from tests.stand_ins.intercom import Body, Intercom

NOON = int(datetime(2026, 11, 1, 12, tzinfo=UTC).timestamp())
DAY = 86_400


def contact(number: int, **fields: Any) -> Body:
    """Return a user as Intercom would tell of them."""
    one = f"c{number:05d}"
    return {
        "type": "contact", "id": one, "workspace_id": "app1", "external_id": f"u{number}", "role": "user",
        "email": f"p{number}@example.test", "phone": None, "name": f"Person {number}", "created_at": NOON - DAY,
        "updated_at": NOON + number, "signed_up_at": NOON - DAY, "last_seen_at": NOON, "custom_attributes": {},
        "location": {"type": "location", "country": "Portugal", "region": None, "city": "Lisbon"},
        "tags": _list(one, "tags", []), "companies": _list(one, "companies", []),
        **fields,
    }  # fmt: skip


def lead(number: int, **fields: Any) -> Body:
    """Return a lead: nobody has proved who it is, and Intercom has made up its id."""
    return contact(number, **{"role": "lead", "external_id": f"made-up-{number}", "signed_up_at": None, **fields})


def company(number: int, **fields: Any) -> Body:
    """Return a company."""
    return {
        "type": "company", "id": f"k{number:05d}", "company_id": f"acme-{number}", "name": f"Company {number}",
        "updated_at": NOON, "created_at": NOON, "remote_created_at": NOON, "monthly_spend": 0,
        "plan": {"type": "plan", "id": "9", "name": "Pro"}, "tags": {"type": "tag.list", "tags": []},
        "custom_attributes": {}, **fields,
    }  # fmt: skip


def tagged(body: Body, *ids: str, more: bool = False) -> Body:
    """Give a contact tags, of which ten at most come along with it; return it."""
    body["tags"] = _list(body["id"], "tags", list(ids[:10]), more or len(ids) > 10)
    body["all_tags"] = list(ids)
    return body


def employed(body: Body, *ids: str) -> Body:
    """Give a contact companies, by Intercom's ids; return it."""
    body["companies"] = _list(body["id"], "companies", list(ids))
    return body


def _list(contact: str, what: str, ids: list[str], has_more: bool = False) -> Body:
    data = [{"id": one, "type": what, "url": f"/{what}/{one}"} for one in ids]
    url = f"/contacts/{contact}/{what}"
    return {"type": "list", "data": data, "url": url, "total_count": len(ids), "has_more": has_more}


def by_id(*bodies: Body) -> dict[str, Body]:
    return {str(body["id"]): body for body in bodies}


def fill(there: Intercom, contacts: int = 1000, companies: int = 70) -> None:
    """Give the stand-in as many: each seventh a lead, all but each fifth in a company, each third with tags."""
    there.tags = {"t1": "VIP", "t2": "Beta"}
    there.companies = by_id(*(company(number) for number in range(companies)))
    for number in range(contacts):
        body = lead(number) if number % 7 == 3 else contact(number)
        if companies and number % 5:
            employed(body, f"k{number % companies:05d}")
        tagged(body, *(("t1", "t2") if number % 3 == 0 else ()))
        there.contacts[body["id"]] = body


def start(workspace: Workspace, **options: Any) -> Import:
    """Begin a sync, and return it as it waits for a worker."""
    return begin(workspace, COMMAND_LINE, options)


def leased(import_: Import) -> Import:
    """Return an import that this caller alone may read, as a worker has it."""
    import_ = Import.objects.select_related("workspace", "by").get(pk=import_.pk)
    import_.leased_until = timezone.now() + LEASE
    import_.save(update_fields=["leased_until"])
    return import_


def read(import_: Import) -> Import:
    """Read all there is in Intercom, as a worker does, and return the import as it then is."""
    fetch(leased(import_))
    import_.refresh_from_db()
    return import_


def work_all() -> None:
    """Do all that is due."""
    while batches.drain():
        pass


def sync(workspace: Workspace, **options: Any) -> Import:
    """Sync to the end, and return the import as it then is."""
    import_ = start(workspace, **options)
    work_all()
    import_.refresh_from_db()
    return import_


def rows_of(import_: Import) -> list[ContactRow]:
    """Return the rows of contacts that a sync has made, in the order in which they were read."""
    made = Batch.objects.filter(parent=import_, kind=BatchKind.CONTACTS).order_by("number")
    return [row for batch in made for row in chunks.read_contacts(batch)]


def accounts_of(import_: Import) -> list[Any]:
    """Return the rows of accounts that a sync has made."""
    made = Batch.objects.filter(parent=import_, kind=BatchKind.ACCOUNTS).order_by("number")
    return [row for batch in made for row in chunks.read_accounts(batch)]


def plain(rows: list[ContactRow]) -> list[ContactRow]:
    """Return rows without their numbers, in the order of their ids."""
    return sorted((row._replace(number=0) for row in rows), key=lambda row: row.source_id or "")
