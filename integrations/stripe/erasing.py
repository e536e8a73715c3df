"""Taking a person out of what Stripe sent."""

from __future__ import annotations

import json
import re
from typing import Any

from inbox.contacts.erasing.person import Person
from integrations.stripe.models import StripeCustomer, StripeEvent, StripeTold

# What Stripe says of whoever pays, beside the words that we know them by.
PERSONAL = frozenset(
    "email name phone address shipping billing_details customer_details customer_email customer_name customer_phone "
    "customer_address customer_shipping receipt_email individual owner customer_email_address comment".split()
)  # fmt: skip


def erase(person: Person) -> None:
    """Empty what names a person in the events that do, and forget whom a customer was that goes by their words.

    What remains (plans, amounts, days) keeps their company's account true.
    """
    named = naming(person)
    if named is None:
        return
    pattern, found = named
    rows = StripeEvent.objects.filter(workspace=person.workspace, raw__iregex=pattern)
    for row in rows.select_for_update(no_key=True).order_by("pk"):
        row.raw = json.dumps(_without(json.loads(row.raw), found))
        row.save(update_fields=["raw"])
    accounts = [account.pk for account in person.accounts]
    StripeCustomer.objects.filter(workspace=person.workspace, account__in=accounts).update(account=None, linked_by="")
    StripeTold.objects.filter(workspace=person.workspace, key__iregex=pattern).delete()


def naming(person: Person) -> tuple[str, re.Pattern[str]] | None:
    """Return what finds the bodies that name a person, as the database takes it, and the same for a value in them; None
    where nothing is known that stands for this person alone."""
    words = [*person.words, *person.full_names]
    if not words:
        return None
    # Stripe writes JSON: what is beyond ASCII may stand there escaped.
    spelt = {spelling for word in words for spelling in (word, json.dumps(word)[1:-1])}
    found = re.compile("|".join(re.escape(one) for one in sorted(spelt, key=len, reverse=True)), re.IGNORECASE)
    return "|".join(re.escape(one) for one in sorted(spelt)), found


def _without(value: Any, found: re.Pattern[str], is_personal: bool = False) -> Any:
    if isinstance(value, dict):
        return {
            found.sub("", key): _without(one, found, is_personal or (key in PERSONAL and not _is_of_a_thing(value)))
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [_without(one, found, is_personal) for one in value]
    if isinstance(value, str):
        return "" if is_personal or found.search(value) else value
    return value


def _is_of_a_thing(obj: dict[str, Any]) -> bool:
    # The name of a product or a plan is nobody's.
    return obj.get("object") in ("product", "plan", "coupon", "price")
