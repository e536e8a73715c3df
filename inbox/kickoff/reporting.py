"""The kickoff on Monday morning: each workspace is told its last week, once, at eight by its own clocks."""

from __future__ import annotations

from datetime import datetime, time

from django.utils import timezone

from inbox.kickoff.events import KickoffReported
from inbox.kickoff.figures import figures_of
from inbox.kickoff.week import Week
from inbox.kickoff.words import in_time, score_words, sentence, signed
from inbox.models import Contact
from inbox.people.models import Workspace
from inbox.people.zones import zone_of
from notifications.events import track
from notifications.ops.runs import once

AT = time(8)


def report_due(now: datetime | None = None) -> int:
    """Tell every workspace where it is Monday, eight o'clock or later, what its last week brought; return how many
    were told. It may run as often as it likes, anywhere: each is told once, and on no other day.

    One that cannot be told keeps no other from it. Raises ExceptionGroup of what went wrong, after all others.
    """
    now = now or timezone.now()
    told, wrong = 0, []
    for workspace in Workspace.objects.order_by("pk").iterator(chunk_size=100):
        try:
            told += _tell(workspace, now)
        except Exception as error:
            wrong.append(error)
    if wrong:
        raise ExceptionGroup("The kickoff could not be told to some workspaces. They are tried again.", wrong)
    return told


def report(workspace: Workspace, week: Week) -> bool:
    """Track a week of a workspace. Return False where there is nobody to count yet."""
    if not Contact.objects.filter(workspace=workspace).exists():
        return False
    this = figures_of(workspace, week)
    event = KickoffReported(
        week=week.key,
        days=week.words,
        sentence=sentence(this, figures_of(workspace, week.before)),
        **this.counts,
        mrr=[signed(one.net, one.currency) for one in this.movements],
        signups=this.signups,
        scores=[f"{score_words(one)} ({one.count:,})" for one in this.scores],
        opened=this.opened,
        answered=this.answered,
        median_seconds=int(this.median.total_seconds()) if this.median is not None else None,
        median=in_time(this.median) if this.median is not None else None,
    )
    track(event, workspace=workspace, idempotency_key=f"{event.kind}:{week.key}")
    return True


def _tell(workspace: Workspace, now: datetime) -> bool:
    zone = zone_of(workspace.timezone)
    week = Week.of(now, zone)
    due = week.at(AT)
    if now < due or now.astimezone(zone).date() != week.monday:
        return False
    with once(f"kickoff of workspace {workspace.pk}", due) as mine:
        return mine and report(workspace, week.before)
