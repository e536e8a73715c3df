"""How many people an account has, for a page of accounts at once."""

from __future__ import annotations

from typing import Any

from django.db.models import IntegerField, OuterRef, Subquery

from inbox.desk.contacts.paging import COUNT_LIMIT
from inbox.models import Account, Contact


class _CountOf(Subquery):
    """How many rows a query has that is itself limited."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS limited)"
    output_field = IntegerField()


def with_people(accounts: list[Account]) -> None:
    """Note on each account how many persons belong to it, as it is shown: `people_shown`. One query."""
    people = Contact.objects.filter(workspace=OuterRef("workspace"), account=OuterRef("pk"), root__isnull=True)
    counted: Any = _CountOf(people.order_by().values("pk")[:COUNT_LIMIT])
    rows = Account.objects.filter(pk__in=[account.pk for account in accounts]).order_by()
    known = dict(rows.annotate(held=counted).values_list("pk", "held"))
    for account in accounts:
        held = known.get(account.pk, 0)
        account.people_shown = f"{COUNT_LIMIT - 1}+" if held >= COUNT_LIMIT else str(held)  # type: ignore[attr-defined]
