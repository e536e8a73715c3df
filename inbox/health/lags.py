"""How late the drains are: the age of the oldest row that each should have worked by now."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Min
from django.utils import timezone

from inbox.health.metrics import lag
from inbox.models import Conversation
from inbox.models.conversations import Status
from inbox.people.models import OutgoingMail
from notifications.models import Delivery, Event


def register() -> None:
    """Show the lag of each drain of the inbox, of the spine and of the ground."""
    lag("wake_snoozed", snoozes)
    lag("send_mail", mail)
    lag("route_events", events)
    lag("deliver", deliveries)


def snoozes() -> float:
    """Return how long the first snooze that has ended has been waiting to be woken."""
    due = Conversation.objects.filter(status=Status.SNOOZED, snoozed_until__lte=timezone.now())
    return age_of(due.aggregate(oldest=Min("snoozed_until"))["oldest"])


def mail() -> float:
    """Return how long the first letter that is due has been waiting to be sent."""
    return age_of(OutgoingMail.objects.filter(due_at__lte=timezone.now()).aggregate(oldest=Min("due_at"))["oldest"])


def events() -> float:
    """Return how long the first event that no rule has looked at yet has been waiting."""
    return age_of(Event.objects.filter(routed_at__isnull=True).aggregate(oldest=Min("created_at"))["oldest"])


def deliveries() -> float:
    """Return how long the first delivery that is due has been waiting to be sent."""
    return age_of(Delivery.objects.filter(due_at__lte=timezone.now()).aggregate(oldest=Min("due_at"))["oldest"])


def age_of(moment: datetime | None) -> float:
    """Return the seconds since a moment; 0 where there is none."""
    return 0.0 if moment is None else max(0.0, (timezone.now() - moment).total_seconds())
