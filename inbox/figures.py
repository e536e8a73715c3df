"""The figures of a workspace's day, told every night."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

from inbox.models import Contact
from inbox.people.models import Workspace
from inbox.people.zones import zone_of
from notifications.events import track
from notifications.kinds.stats import StatsReported
from notifications.models import Delivery
from notifications.words import Status


def report_all() -> int:
    """Tell every workspace that has contacts its figures of yesterday; return how many were told. A second run on the
    same day tells nothing."""
    told = 0
    for workspace in Workspace.objects.order_by("pk").iterator(chunk_size=100):
        told += report(workspace)
    return told


def report(workspace: Workspace) -> bool:
    """Tell a workspace its figures of yesterday, by its own clock. Return False where there is nobody to count."""
    today = timezone.localtime(timezone=zone_of(workspace.timezone)).date()
    day = today - timedelta(days=1)
    begin, end = (datetime.combine(at, time(), tzinfo=zone_of(workspace.timezone)) for at in (day, today))
    contacts = Contact.objects.filter(workspace=workspace, root__isnull=True, created_at__lt=end)
    users = contacts.count()
    if not users:
        return False
    new = contacts.filter(created_at__gte=begin).count()
    mails = Delivery.objects.filter(workspace=workspace, transport="email", status=Status.SENT)
    figures = StatsReported(
        on=day,
        users=users,
        new_users=new,
        growth_percent=round(100 * new / (users - new), 1) if users > new else None,
        emails_sent=mails.filter(sent_at__gte=begin, sent_at__lt=end).count(),
    )
    track(figures, workspace=workspace, idempotency_key=f"stats.reported:{day}")
    return True
