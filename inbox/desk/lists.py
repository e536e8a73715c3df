"""The views of the inbox: which conversations are in each, a page of them, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.db import connection
from django.db.models import CharField, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat

from inbox.models import Conversation, GuestAccess, Mention, ReadMarker
from inbox.models.conversations import Status
from inbox.models.sight import ConversationQuerySet
from inbox.people.models import Team, Teammate, TeamMembership

PAGE = 40
# Counts are exact to 99: no count ever reads a tenant's whole table.
COUNT_LIMIT = 100
# Of how many teams a list is put together, part by part; who sees more teams sees most of what there is.
MOST_PARTS = 30


@dataclass(frozen=True)
class View:
    """A list of the inbox. `key` is its place in the address: "mine", "team/support"."""

    key: str
    title: str
    icon: str = ""
    team: Team | None = None

    @property
    def counted(self) -> bool:
        """Whether a number stands beside it."""
        return self.key != "closed"

    def select(self, teammate: Teammate) -> ConversationQuerySet:
        """Return the conversations in this view that `teammate` may see."""
        visible = Conversation.objects.visible_to(teammate)
        if self.team is not None:
            return visible.filter(team=self.team, status=Status.OPEN)
        match self.key:
            case "mine":
                return visible.filter(assignee=teammate, status=Status.OPEN)
            case "unassigned":
                return visible.filter(assignee=None, status=Status.OPEN)
            case "mentions":
                return visible.filter(pk__in=_mentions_of(teammate).values("conversation_id"))
            case "snoozed":
                return visible.filter(status=Status.SNOOZED)
            case "closed":
                return visible.filter(status=Status.CLOSED)
        return visible.filter(status=Status.OPEN)

    def to_count(self, teammate: Teammate) -> ConversationQuerySet:
        """Return what the number beside the view counts: all of it, but of the mentions those not read yet."""
        return with_unread_mention(teammate) if self.key == "mentions" else self.select(teammate)


def with_unread_mention(teammate: Teammate) -> ConversationQuerySet:
    """Return the conversations that `teammate` may see and that hold a mention of them which they have not read."""
    marker = ReadMarker.objects.filter(conversation=OuterRef("conversation"), teammate=teammate).values("seq")
    unread = _mentions_of(teammate).filter(read_at__isnull=True, seq__gt=Coalesce(Subquery(marker), Value(0)))
    return Conversation.objects.visible_to(teammate).filter(pk__in=unread.values("conversation_id"))


def _mentions_of(teammate: Teammate) -> QuerySet[Mention]:
    return Mention.objects.filter(
        workspace_id=teammate.workspace_id, teammate=teammate, withdrawn_at__isnull=True, told_at__isnull=False
    )


FIXED = [
    View("mine", "Mine", "inbox"),
    View("unassigned", "Unassigned", "user-round-plus"),
    View("all", "All", "layers"),
    View("mentions", "Mentions", "at-sign"),
    View("snoozed", "Snoozed", "clock"),
    View("closed", "Closed", "check"),
]


@dataclass(frozen=True)
class Sight:
    """Which teams a teammate sees, as far as it matters to how the database is asked."""

    teams: list[Team]
    hides_some: bool
    # The conversations, by key, of other teams that they see as a guest.
    guest_of: tuple[int, ...] = ()

    def parts(self, found: ConversationQuerySet) -> list[ConversationQuerySet]:
        """Return `found` in parts, each of which an index serves in the order of a list.

        Somebody who sees one conversation in a hundred would otherwise have the other ninety-nine read for them.
        """
        if not self.hides_some or len(self.teams) > MOST_PARTS:
            return [found]
        parts = [found.filter(team__isnull=True), *(found.filter(team=team) for team in self.teams)]
        return [*parts, *self.as_guest(found)]

    def as_guest(self, found: ConversationQuerySet) -> list[ConversationQuerySet]:
        """Return what of `found` they see as a guest, less what they see by right."""
        teams = [team.pk for team in self.teams]
        return [found.filter(pk__in=self.guest_of).exclude(team__in=teams)] if self.guest_of else []


def sight_of(teammate: Teammate) -> Sight:
    """Return the teams that `teammate` sees, by name. One query."""
    teams = list(Team.objects.filter(workspace_id=teammate.workspace_id).order_by("name"))
    if teammate.sees_all_teams or not any(team.is_private for team in teams):
        return Sight(teams, hides_some=False)
    mine = set(TeamMembership.objects.filter(teammate=teammate).values_list("team_id", flat=True))
    seen = [team for team in teams if not team.is_private or team.pk in mine]
    guest_of = GuestAccess.objects.running().filter(workspace_id=teammate.workspace_id, teammate=teammate)
    return Sight(
        seen, hides_some=len(seen) < len(teams), guest_of=tuple(guest_of.values_list("conversation_id", flat=True))
    )


def views_of(teammate: Teammate, sight: Sight | None = None) -> list[View]:
    """Return the views that `teammate` has: the fixed ones, and a team each for those that they may see."""
    teams = (sight or sight_of(teammate)).teams
    return [*FIXED, *(View(f"team/{team.handle}", team.name, team=team) for team in teams)]


def rows(
    view: View, teammate: Teammate, before: str | None = None, sight: Sight | None = None
) -> tuple[list[Conversation], str | None]:
    """Return a page of a view, newest activity first, and the cursor of the next page (None at the end).

    Raises django.core.signing.BadSignature for a cursor that is not ours.
    """
    found = view.select(teammate)
    if before:
        at, pk = signing.loads(before, salt="list")
        moment = datetime.fromisoformat(at)
        found = found.filter(Q(last_message_at__lt=moment) | Q(last_message_at=moment, pk__lt=pk))
    if view.team is None:
        found = _newest((sight or sight_of(teammate)).parts(found))
    drawn = found.with_unread_by(teammate).for_list()
    page = list(drawn.order_by("-last_message_at", "-id")[: PAGE + 1])
    more = len(page) > PAGE
    page = page[:PAGE]
    cursor = signing.dumps([page[-1].last_message_at.isoformat(), page[-1].pk], salt="list") if more else None
    return page, cursor


def _newest(parts: list[ConversationQuerySet]) -> ConversationQuerySet:
    """Return what may be on a page: the newest of each part."""
    if len(parts) == 1:
        return parts[0]
    tops = [part.order_by("-last_message_at", "-id").values("pk")[: PAGE + 1] for part in parts]
    # As a subquery this would be joined to the whole table.
    ids = [row["pk"] for row in tops[0].union(*tops[1:], all=True)]
    return Conversation.objects.filter(pk__in=ids)


def counts(views: list[View], teammate: Teammate, sight: Sight | None = None) -> dict[str, str]:
    """Return how many conversations each counted view holds, as it is shown: "7", "99+"; "" for none. One query."""
    sight = sight or sight_of(teammate)
    counted = [view for view in views if view.counted]
    asked = [
        part.order_by()
        .annotate(view=Value(view.key, output_field=CharField()))
        .values_list("view", flat=True)[:COUNT_LIMIT]
        for view in counted
        if view.team is None
        for part in _halves(view, sight, view.to_count(teammate))
    ]
    sql, values = asked[0].union(*asked[1:], all=True).query.sql_with_params()
    sql = f"SELECT view, count(*) FROM ({sql}) AS seen GROUP BY view"  # noqa: S608  (Django's SQL)
    if teams := [view.team for view in counted if view.team]:
        in_teams, more = _in_teams(teams, teammate).query.sql_with_params()
        sql, values = f"{sql} UNION ALL ({in_teams})", (*values, *more)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        known = dict(cursor.fetchall())
    return {view.key: shown(known.get(view.key, 0)) for view in counted}


class _CountOf(Subquery):
    """How many rows a query has that is itself limited."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS limited)"
    output_field = IntegerField()


def _in_teams(teams: list[Team], teammate: Teammate) -> QuerySet[Team, Any]:
    """Return a query for the key and the count of each team's view: the plan stays small, however many teams."""
    theirs = Conversation.objects.visible_to(teammate).filter(team=OuterRef("pk"), status=Status.OPEN)
    return (
        Team.objects.filter(pk__in=[team.pk for team in teams])
        .order_by()
        .annotate(view=Concat(Value("team/"), "handle"), held=_CountOf(theirs.order_by().values("pk")[:COUNT_LIMIT]))
        .values_list("view", "held")
    )


def _halves(view: View, sight: Sight, found: ConversationQuerySet) -> list[ConversationQuerySet]:
    """Counting needs no order, so all teams are one part: literal ids tell the planner how little there may be."""
    if view.team is not None or not sight.hides_some:
        return [found]
    by_right = [found.filter(team__isnull=True), found.filter(team__in=[team.pk for team in sight.teams])]
    return [*by_right, *sight.as_guest(found)]


def shown(count: int) -> str:
    """Return a count as the desk writes it."""
    return f"{COUNT_LIMIT - 1}+" if count >= COUNT_LIMIT else str(count or "")
