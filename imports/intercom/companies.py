"""Companies of Intercom as rows of accounts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from imports.chunks import AccountRow
from imports.intercom import fitting
from inbox.contacts.attributes import Definitions


def key_of(company: dict[str, Any]) -> str:
    """Return the external id that a company's account has: the one that its owner gave it, else Intercom's."""
    return fitting.text(company.get("company_id"), 255) or fitting.text(company.get("id"), 255)


def row_of(company: dict[str, Any], number: int, definitions: Definitions) -> AccountRow:
    """Return what Intercom says of a company. What it does not know is left as it is."""
    plan = company.get("plan")
    values = {
        "name": fitting.text(company.get("name"), 255),
        "domain": _domain(fitting.text(company.get("website"), 2000)),
        "plan": fitting.text(plan.get("name"), 120) if isinstance(plan, dict) else "",
        "attributes": fitting.attributes(_attributes(company), definitions),
    }
    return AccountRow(number, key_of(company), None, {name: value for name, value in values.items() if value})


def _attributes(company: dict[str, Any]) -> dict[str, Any]:
    """A company's own, and what has no field here: its spending is in a currency that Intercom does not tell."""
    own = company.get("custom_attributes")
    tags = company.get("tags")
    found = tags.get("tags") if isinstance(tags, dict) else None
    names = [tag.get("name") for tag in found if isinstance(tag, dict)] if isinstance(found, list) else None
    standard = {
        "size": company.get("size"),
        "industry": company.get("industry"),
        "website": company.get("website"),
        "monthly_spend": company.get("monthly_spend") or None,
        "customer_since": fitting.iso(company.get("remote_created_at")),
        "tags": names,
    }
    return {**standard, **(own if isinstance(own, dict) else {})}


def _domain(website: str) -> str:
    if not website:
        return ""
    try:
        host = urlsplit(website if "//" in website else f"//{website}").hostname or ""
    except ValueError:
        return ""
    host = host.removeprefix("www.")
    return host if "." in host and len(host) <= 255 else ""
