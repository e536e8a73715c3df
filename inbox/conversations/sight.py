"""Which teammates may see a conversation: `Conversation.objects.visible_to`, asked from the other side."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet

from inbox.models import Conversation, GuestAccess
from inbox.people.models import Teammate, TeamMembership
from inbox.people.permissions import ROLES, Permission

# The roles that see private teams without being in them.
SEES_ALL = tuple(role for role, may in ROLES.items() if Permission.SEE_ALL_TEAMS in may)


def who_sees(conversation: Conversation) -> QuerySet[Teammate]:
    """Return the teammates who work here now and may see this conversation. Its team must be loaded, or is read."""
    mates = Teammate.objects.active().filter(workspace_id=conversation.workspace_id)
    team = conversation.team
    if team is None or not team.is_private:
        return mates
    inside = TeamMembership.objects.filter(team=team).values("teammate_id")
    guests = GuestAccess.objects.running().filter(conversation=conversation).values("teammate_id")
    return mates.filter(Q(role__in=SEES_ALL) | Q(pk__in=inside) | Q(pk__in=guests))


def pairs_in_sight(pairs: Collection[tuple[int, UUID]]) -> set[tuple[int, UUID]]:
    """Return those (teammate's key, conversation's public id) of which the one may see the other now. A constant
    number of queries for each workspace that they are of."""
    found: set[tuple[int, UUID]] = set()
    wanted = {public_id for _, public_id in pairs}
    conversations = {
        row.public_id: row for row in Conversation.objects.filter(public_id__in=wanted).select_related("team")
    }
    mates = {row.pk: row for row in Teammate.objects.active().filter(pk__in={pk for pk, _ in pairs})}
    private = {row.team_id for row in conversations.values() if row.team and row.team.is_private}
    asked = {"teammate__in": mates}
    inside: set[tuple[int, int]] = set()
    guests: set[tuple[int, int]] = set()
    if private:
        inside = set(TeamMembership.objects.filter(team__in=private, **asked).values_list("teammate_id", "team_id"))
        running = GuestAccess.objects.running().filter(conversation__in=conversations.values(), **asked)
        guests = set(running.values_list("teammate_id", "conversation_id"))
    for pk, public_id in pairs:
        mate, conversation = mates.get(pk), conversations.get(public_id)
        if mate is None or conversation is None or mate.workspace_id != conversation.workspace_id:
            continue
        is_open = conversation.team_id not in private or mate.sees_all_teams
        if is_open or (pk, conversation.team_id) in inside or (pk, conversation.pk) in guests:
            found.add((pk, public_id))
    return found
