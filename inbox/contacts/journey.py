"""Where a contact is on the way from signing up to being set up."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from inbox.events import ContactStalled, who_of, who_of_account
from inbox.models import Contact
from notifications.events import track
from notifications.settling import settle_subject

STALLED_AFTER = timedelta(days=3)
# Who signed up longer ago is history: nobody is to be told of years of it on the day when it is first looked at.
HISTORY = timedelta(days=30)
BATCH = 200


def signed_up(contact: Contact, at: datetime) -> None:
    """Note when a contact signed up. The first word holds."""
    if Contact.objects.filter(pk=contact.pk, signed_up_at__isnull=True).update(signed_up_at=at):
        contact.signed_up_at = at


def onboarded(contact: Contact, at: datetime) -> None:
    """Note when a contact was set up, and take back what was told of their being stuck. The first word holds."""
    if Contact.objects.filter(pk=contact.pk, onboarded_at__isnull=True).update(onboarded_at=at):
        contact.onboarded_at = at
        settle_subject(contact.workspace, f"contact:{contact.public_id}", [ContactStalled.kind])


def tell_stalled(limit: int = BATCH) -> int:
    """Tell of up to `limit` contacts who signed up three days ago and are not set up, each once; return how many.

    It may run twice, anywhere.
    """
    now = timezone.now()
    with transaction.atomic():
        stuck = list(
            Contact.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
            .select_related("workspace", "account")
            .filter(
                root__isnull=True,
                signed_up_at__gt=now - HISTORY,
                signed_up_at__lte=now - STALLED_AFTER,
                onboarded_at__isnull=True,
                stalled_at__isnull=True,
            )
            .order_by("signed_up_at")[:limit]
        )
        Contact.objects.filter(pk__in=[contact.pk for contact in stuck]).update(stalled_at=now)
        for contact in stuck:
            assert contact.signed_up_at is not None
            track(
                ContactStalled(days=(now - contact.signed_up_at).days, contact_id=str(contact.public_id)),
                workspace=contact.workspace,
                contact=who_of(contact),
                account=who_of_account(contact.account),
            )
    return len(stuck)
