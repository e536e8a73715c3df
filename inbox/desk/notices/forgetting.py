"""What was read long ago is forgotten; what was not read is kept."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from notifications.models import Notice

KEPT = timedelta(days=90)
BATCH = 2000


def forget_read() -> int:
    """Delete the notices that were read more than KEPT ago, and return how many.

    They are gone through from the oldest on: nothing that was made later than that can have been read before it.
    """
    limit = timezone.now() - KEPT
    gone, last = 0, 0
    while page := list(
        Notice.objects.filter(pk__gt=last, created_at__lt=limit).order_by("pk").values_list("pk", "read_at")[:BATCH]
    ):
        last = page[-1][0]
        read = [pk for pk, read_at in page if read_at is not None and read_at < limit]
        gone += Notice.objects.filter(pk__in=read).delete()[0]
    return gone
