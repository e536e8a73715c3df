"""Reading companies: the whole list each time, as Intercom cannot be asked for those that changed."""

from __future__ import annotations

from typing import Any

from imports.intercom.companies import key_of, row_of
from imports.intercom.reading import Reading
from imports.models import BatchKind
from inbox.models import Account


def fetch_companies(reading: Reading) -> None:
    """Read the rest of the companies; rows are made of those that changed, or are no account yet."""
    for items in reading.pages(reading.intercom.companies):
        since = reading.place.since
        known: set[str] = set()
        if since is not None:
            keys = [key_of(company) for company in items]
            mine = Account.objects.filter(workspace=reading.import_.workspace_id, external_id__in=keys)
            known = set(mine.values_list("external_id", flat=True))
        for company in items:
            if str(company["id"]) not in reading.keys:  # a list that moves shows some twice
                is_old = since is not None and key_of(company) in known and _updated(company) < since
                take(reading, company, is_old=is_old)
            reading.done(company)


def take(reading: Reading, company: dict[str, Any], *, is_old: bool = False) -> str:
    """Make a row of a company, unless nothing of it has changed, and return its account's external id."""
    key = reading.learn(company)
    if key and not is_old:
        reading.place.companies += 1
        reading.gathering.add(BatchKind.ACCOUNTS, row_of(company, reading.place.companies, reading.of_accounts))
    return key


def _updated(company: dict[str, Any]) -> int:
    at = company.get("updated_at")
    return int(at) if isinstance(at, int | float) else 0
