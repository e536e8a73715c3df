"""Guests: a teammate who sees one conversation of a private team that they are not in, for a time.

Who gives it must see the conversation by right, not as a guest. It ends by itself, by hand, or when the conversation
moves to another team. A guest sees and does what everybody does who sees it.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.utils import timezone

from inbox import realtime
from inbox.access import settle_assignees
from inbox.conversations.actions import Refused, act, locked
from inbox.conversations.mentions import tell_who_sees_now
from inbox.conversations.sight import pairs_in_sight, who_sees
from inbox.models import Conversation, GuestAccess, Mention
from inbox.people.audit import Actor, record
from inbox.people.models import Teammate, TeamMembership, Workspace
from inbox.people.permissions import Permission, require

log = logging.getLogger(__name__)

DAY = timedelta(days=1)
LONGEST = timedelta(days=30)
# Being named longer ago is told to nobody who comes to see it.
STILL_NEWS = timedelta(days=7)


def may_give(conversation: Conversation, teammate: Teammate) -> bool:
    """Whether a teammate may open this conversation to others: it is a private team's, which they are in or see."""
    team = conversation.team
    if team is None or not team.is_private or not teammate.may_write:
        return False
    return teammate.sees_all_teams or TeamMembership.objects.filter(team=team, teammate=teammate).exists()


def give(conversation: Conversation, to: Teammate, *, by: Actor, lasts: timedelta = DAY) -> GuestAccess:
    """Let a teammate see this conversation for a while. Those of its notes that named them are told to them now.

    Raises Forbidden or Refused.
    """
    assert by.teammate is not None
    if not timedelta(0) < lasts <= LONGEST:
        raise Refused("access_too_long", f"Access lasts for {LONGEST.days} days at most. Choose a shorter time.")
    with locked(conversation) as row:
        require(by.teammate, Permission.WRITE)
        if not may_give(row, by.teammate):
            raise Refused("may_not_give_access", "Only those who are in the team may give others access.")
        known = row.guests.running().filter(teammate=to).first()
        if known is None and (to.workspace_id != row.workspace_id or who_sees(row).filter(pk=to.pk).exists()):
            raise Refused("sees_it_already", f"@{to.handle} can see this conversation already.")
        if not to.is_active:
            raise Refused("not_here", f"@{to.handle} does not work here.")
        ends_at = timezone.now() + lasts
        if known is not None:
            _extend(row, known, to, by, ends_at)
            return known
        row.guests.filter(teammate=to, ended_at__isnull=True).update(ended_at=timezone.now())
        access = GuestAccess.objects.create(
            workspace_id=row.workspace_id, conversation=row, teammate=to, given_by=by.teammate, ends_at=ends_at
        )
        _say_given(row, to, by, ends_at)
        _look_again(to)
        tell_who_sees_now(row)
    return access


def _extend(row: Conversation, known: GuestAccess, to: Teammate, by: Actor, ends_at: datetime) -> None:
    """Give a guest another end. Who asks twice within a minute asked once."""
    if abs(known.ends_at - ends_at) < timedelta(minutes=1):
        return
    GuestAccess.objects.filter(pk=known.pk).update(ends_at=ends_at, given_by=by.teammate)
    known.ends_at, known.given_by = ends_at, by.teammate
    _say_given(row, to, by, ends_at)
    _look_again(to)


def _say_given(row: Conversation, to: Teammate, by: Actor, ends_at: datetime) -> None:
    act(row, by.teammate, "access_given", to=to.name, until=ends_at.isoformat())
    _record("access.given", row, to, by, until=f"{ends_at:%Y-%m-%d %H:%M} UTC")


def end(access: GuestAccess, *, by: Actor) -> bool:
    """End a guest's access by hand, as its giver, the guest, or somebody who may give it. Return whether it ran.

    Raises Refused.
    """
    assert by.teammate is not None
    with locked(access.conversation) as row:
        if by.teammate.pk != access.teammate_id and not may_give(row, by.teammate):
            raise Refused("may_not_end_access", "Only those who are in the team may end others' access.")
        return _end(row, access, by)


def end_due(limit: int = 100) -> int:
    """End up to `limit` accesses whose time is over, and return how many. It may run twice, anywhere."""
    due = GuestAccess.objects.filter(ended_at__isnull=True, ends_at__lte=timezone.now())
    rows = list(due.select_related("conversation", "teammate__user").order_by("ends_at")[:limit])
    for access in rows:
        try:
            with locked(access.conversation) as row:
                _end(row, access, Actor())
        except Exception:  # one that cannot be ended must not keep the others from it; it opens nothing any more
            log.exception("the access %s could not be ended", access.pk)
    return len(rows)


def end_all(conversation: Conversation, *, by: Teammate | None) -> None:
    """End every access to a locked conversation, which goes to another team."""
    running = conversation.guests.filter(ended_at__isnull=True)
    for access in running.select_related("teammate__user"):
        _end(conversation, access, Actor(by))


def _end(conversation: Conversation, access: GuestAccess, by: Actor) -> bool:
    if not GuestAccess.objects.filter(pk=access.pk, ended_at__isnull=True).update(ended_at=timezone.now()):
        return False
    act(conversation, by.teammate, "access_ended", to=access.teammate.name)
    _record("access.ended", conversation, access.teammate, by)
    _look_again(access.teammate)
    if conversation.assignee_id == access.teammate_id:
        settle_assignees()
    return True


def _look_again(teammate: Teammate) -> None:
    realtime.publish_on_commit([realtime.Frame(realtime.teammate_group(teammate.pk), {}, "reauthorise")])


def _record(kind: str, conversation: Conversation, to: Teammate, by: Actor, **data: str) -> None:
    workspace = Workspace.objects.get(pk=conversation.workspace_id)
    record(kind, workspace=workspace, by=by, subject=f"@{to.handle}", conversation=f"#{conversation.number}", **data)


def tell_newly_sighted(limit: int = 500) -> None:
    """Tell those whom a note of the past days named while they could not see it, and who can by now: they joined the
    team, say. It may run twice, anywhere."""
    recent = Mention.objects.filter(
        told_at__isnull=True, withdrawn_at__isnull=True, created_at__gt=timezone.now() - STILL_NEWS
    ).select_related("conversation")
    rows = list(recent.order_by("-pk")[:limit])
    seen = pairs_in_sight({(row.teammate_id, row.conversation.public_id) for row in rows})
    for conversation in {row.conversation for row in rows if (row.teammate_id, row.conversation.public_id) in seen}:
        with locked(conversation) as row:
            tell_who_sees_now(row)
