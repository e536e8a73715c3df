"""A list of contacts or accounts as CSV: one row each, their attributes as columns.

Rows are read in windows along an index and laid down in a file of their own first, as only the last one tells which
columns there are. So memory grows neither with the list nor with its attributes.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import IO, Any

from django.db.models import Prefetch, Q, QuerySet

from inbox import csv_lines
from inbox.contacts.exporting import keep
from inbox.contacts.filters import asked_of
from inbox.models import Account, Contact, Export, Identity
from inbox.models.profiles import ProfileKind

WINDOW = 500
# Attributes beyond these share one last column, as JSON.
MOST_COLUMNS = 300
OTHERS = "other attributes"
# What tells a spreadsheet that this is UTF-8.
BOM = b"\xef\xbb\xbf"

Cells = Callable[[Any], list[str]]

CONTACT_COLUMNS = [
    "id", "user id", "name", "email", "email verified", "phone", "other emails and phones", "account id", "account",
    "plan", "status", "time zone", "signed up at", "last seen at", "created at",
]  # fmt: skip
ACCOUNT_COLUMNS = [
    "id", "name", "domain", "plan", "status", "seats", "seat limit", "MRR in the smallest unit", "currency",
    "renews on", "trial ends on", "time zone", "modules", "owner", "stripe customer", "stripe subscription",
    "created at",
]  # fmt: skip


def write_contacts(export: Export, file: IO[bytes]) -> int:
    """Write the persons that an export asks for, and return how many. Raises AskedWrongly, LeaseLost."""
    asked = asked_of(export.workspace, ProfileKind.CONTACT, export.query)
    asked.check()
    identities = Prefetch("identities", Identity.objects.order_by("id"))
    found = asked.contacts(export.workspace).select_related("account").prefetch_related(identities)
    return _write(export, file, found, CONTACT_COLUMNS, _contact)


def write_accounts(export: Export, file: IO[bytes]) -> int:
    """Write the accounts that an export asks for, and return how many. Raises AskedWrongly, LeaseLost."""
    asked = asked_of(export.workspace, ProfileKind.ACCOUNT, export.query)
    asked.check()
    found = asked.accounts(export.workspace).select_related("owner")
    return _write(export, file, found, ACCOUNT_COLUMNS, _account)


def _write(export: Export, file: IO[bytes], found: QuerySet[Any], columns: list[str], cells: Cells) -> int:
    keys: dict[str, None] = {}
    count = 0
    with tempfile.TemporaryFile() as laid:
        for window in _windows(found):
            for row in window:
                keys |= dict.fromkeys(row.attributes) if len(keys) < MOST_COLUMNS else {}
                laid.write(json.dumps([cells(row), row.attributes]).encode() + b"\n")
            count += len(window)
            keep(export, count)
        laid.seek(0)
        own = list(keys)[:MOST_COLUMNS]
        file.write(BOM + csv_lines.text([[*columns, *own, OTHERS]]).encode("utf-8", "replace"))
        for done, line in enumerate(laid, start=1):
            known, attributes = json.loads(line)
            rest = {key: value for key, value in attributes.items() if key not in keys or key not in own}
            last = json.dumps(rest, ensure_ascii=False) if rest else ""
            file.write(
                csv_lines.text([[*known, *(said(attributes.get(key)) for key in own), last]]).encode("utf-8", "replace")
            )
            if done % (WINDOW * 20) == 0:
                keep(export, count)
    return count


def _windows(found: QuerySet[Any]) -> Iterator[list[Any]]:
    """Yield rows newest first, WINDOW at a time, each window a query of its own: no transaction stays open."""
    rows = found.order_by("-created_at", "-id")
    window = list(rows[:WINDOW])
    while window:
        yield window
        last = window[-1]
        after = Q(created_at__lte=last.created_at) & (Q(created_at__lt=last.created_at) | Q(pk__lt=last.pk))
        window = list(rows.filter(after)[:WINDOW]) if len(window) == WINDOW else []


def said(value: Any) -> str:
    """Return a value as a cell: "" for none, texts as they are, lists with commas, what is nested as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)


def _contact(contact: Contact) -> list[str]:
    known = contact.identities.all()
    shown = {contact.email.lower(), contact.phone}
    proved = any(one.kind == "email" and one.value == contact.email.lower() and one.verified_at for one in known)
    others = [one.value for one in known if one.kind != "external_id" and one.value not in shown]
    account = contact.account
    return [
        said(value)
        for value in (
            str(contact.public_id), contact.external_id, contact.name, contact.email,
            proved if contact.email else None, contact.phone, others, account and account.external_id,
            account and account.name, account and account.plan, account and account.status, contact.timezone,
            contact.signed_up_at, contact.last_seen_at, contact.created_at,
        )
    ]  # fmt: skip


def _account(account: Account) -> list[str]:
    return [
        said(value)
        for value in (
            account.external_id, account.name, account.domain, account.plan, account.status, account.seats,
            account.seat_limit, account.mrr_minor, account.currency, account.renews_on, account.trial_ends_on,
            account.timezone, account.modules, account.owner and account.owner.display_name,
            account.stripe_customer_id, account.stripe_subscription_id, account.created_at,
        )
    ]  # fmt: skip
