"""The views of the inbox: which conversations are in each, a page of them, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.db.models import CharField, Q, QuerySet, Value

from inbox.models import Conversation
from inbox.models.conversations import Status
from inbox.models.sight import ConversationQuerySet
from inbox.people.models import Team, Teammate, TeamMembership

PAGE = 40
# Counts are exact to 99: no count ever reads a tenant's whole table.
COUNT_LIMIT = 100


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
            case "snoozed":
                return visible.filter(status=Status.SNOOZED)
            case "closed":
                return visible.filter(status=Status.CLOSED)
        return visible.filter(status=Status.OPEN)


FIXED = [
    View("mine", "Mine", "inbox"),
    View("unassigned", "Unassigned", "user-round-plus"),
    View("all", "All", "layers"),
    View("snoozed", "Snoozed", "clock"),
    View("closed", "Closed", "check"),
]


def views_of(teammate: Teammate) -> list[View]:
    """Return the views that `teammate` has: the fixed ones, and a team each for those that they may see."""
    teams = Team.objects.filter(workspace_id=teammate.workspace_id)
    if not teammate.sees_all_teams:
        mine = TeamMembership.objects.filter(teammate=teammate).values("team_id")
        teams = teams.filter(Q(is_private=False) | Q(pk__in=mine))
    return [*FIXED, *(View(f"team/{team.handle}", team.name, team=team) for team in teams.order_by("name"))]


def rows(view: View, teammate: Teammate, before: str | None = None) -> tuple[list[Conversation], str | None]:
    """Return a page of a view, newest activity first, and the cursor of the next page (None at the end).

    Raises django.core.signing.BadSignature for a cursor that is not ours.
    """
    found = view.select(teammate).with_unread_by(teammate).for_list()
    if before:
        at, pk = signing.loads(before, salt="list")
        moment = datetime.fromisoformat(at)
        found = found.filter(Q(last_message_at__lt=moment) | Q(last_message_at=moment, pk__lt=pk))
    page = list(found.order_by("-last_message_at", "-id")[: PAGE + 1])
    more = len(page) > PAGE
    page = page[:PAGE]
    cursor = signing.dumps([page[-1].last_message_at.isoformat(), page[-1].pk], salt="list") if more else None
    return page, cursor


def counts(views: list[View], teammate: Teammate) -> dict[str, str]:
    """Return how many conversations each counted view holds, as it is shown: "7", "99+"; "" for none. One query."""
    parts: list[QuerySet[Conversation, str]] = [
        view.select(teammate)
        .order_by()
        .annotate(view=Value(view.key, output_field=CharField()))
        .values_list("view", flat=True)[:COUNT_LIMIT]
        for view in views
        if view.counted
    ]
    keys = list(parts[0].union(*parts[1:], all=True)) if parts else []
    return {view.key: shown(keys.count(view.key)) for view in views if view.counted}


def shown(count: int) -> str:
    """Return a count as the desk writes it."""
    return f"{COUNT_LIMIT - 1}+" if count >= COUNT_LIMIT else str(count or "")
