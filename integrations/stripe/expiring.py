"""Cards that end soon: Stripe tells of old sources alone, so what is stored is looked at once a day."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from inbox.events import who_of_account
from inbox.models import Account
from inbox.models.accounts import AccountStatus
from integrations.stripe.classifying import expiring
from integrations.stripe.keeping import card_paid_by
from integrations.stripe.telling import tell

_GONE = (AccountStatus.CANCELLED, AccountStatus.EXPIRED)


def tell_expiring(today: date | None = None) -> int:
    """Tell of the cards of customers that end this month or the next one, once for each card and month; return how many
    were told of. Who has left pays by no card any more."""
    months = _months(today or timezone.now().date())
    paying = Account.objects.filter(stripe_customers__isnull=False, attributes__card_expires__in=months)
    told = 0
    for pk in paying.exclude(status__in=_GONE).order_by("pk").values_list("pk", flat=True).distinct():
        with transaction.atomic():
            account = Account.objects.select_related("workspace").get(pk=pk)
            fact = expiring(card_paid_by(account))
            if fact is not None and fact.kind.values().get("expires") in months:
                told += tell(account.workspace, fact, who_of_account(account), timezone.now())
    return told


def _months(today: date) -> list[str]:
    following = today.replace(day=28) + timedelta(days=4)
    return [f"{one:%Y-%m}" for one in (today, following)]
