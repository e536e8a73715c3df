"""The kind of event that the kickoff is told by, and who among the team is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from inbox.people.models import Teammate
from inbox.people.models.workspaces import Role
from notifications.kind import Kind
from notifications.models import Event
from notifications.personal.choices import Choice
from notifications.words import Topic


class KickoffReported(Kind):
    """What a week brought. It names no customer and no conversation: whoever follows its link sees what they may.

    `week` is as "2026-W47", `days` its days in words, `mrr` what moved in each currency, in words, and
    `median_seconds` how long a first reply took."""

    kind = "kickoff.reported"
    topic = Topic.APPLICATION_STATS
    icon = "chart-line"
    makes_contact: ClassVar[bool] = False
    sample: ClassVar[Mapping[str, Any]] = {
        "week": "2026-W47", "days": "16–22 November 2026", "sentence": "A good week: 3 new customers and +€240 MRR.",
        "customers": 3, "mrr": ["+€240"],
    }  # fmt: skip

    week: str
    days: str
    sentence: str
    customers: int = 0
    trials: int = 0
    upgrades: int = 0
    downgrades: int = 0
    cancellations: int = 0
    mrr: list[str] = []
    signups: int = 0
    scores: list[str] = []
    opened: int = 0
    answered: int = 0
    median_seconds: int | None = None
    median: str | None = None

    def title(self, who: str) -> str:
        """Return which week."""
        return f"Weekly kickoff, {self.days}"

    def body(self) -> str:
        """Return the sentence, and the figures one a line."""
        lines = {
            "New customers": self.customers, "Trials": self.trials, "Upgrades": self.upgrades,
            "Downgrades": self.downgrades, "Cancellations": self.cancellations, "Sign-ups": self.signups,
        }  # fmt: skip
        figures = [f"{name}: {count:,}" for name, count in lines.items()]
        figures.insert(5, f"MRR: {', '.join(self.mrr) or 'no movement'}")
        if self.scores:
            figures.append(f"Score: {', '.join(self.scores)}")
        figures.append(f"Conversations: {self.opened:,} opened, {self.answered:,} answered")
        if self.median:
            figures.append(f"Median first reply: {self.median}")
        return "\n".join([self.sentence, "", *figures])

    def url(self) -> str:
        """Return the week's page."""
        return f"/kickoff/{self.week}/"

    def fingerprint(self) -> str:
        """Each week is a matter of its own."""
        return self.week


KINDS: tuple[type[Kind], ...] = (KickoffReported,)


def everybody(events: Sequence[Event], choosers: Mapping[int, Collection[int]]) -> Mapping[int, Collection[int]]:
    """Return all who work in the workspace of each event: what they chose, or their role, says who is told."""
    mates: dict[int, set[int]] = defaultdict(set)
    rows = Teammate.objects.active().filter(workspace__in={event.workspace_id for event in events})
    for workspace, mate in rows.values_list("workspace", "pk"):
        mates[workspace].add(mate)
    return {event.pk: mates[event.workspace_id] for event in events}


CHOICES = (
    Choice(
        key="kickoff",
        title="Weekly kickoff",
        says="On Monday morning: what last week brought. By email for owners and admins, unless they turn it off.",
        why="owners and admins are told, and whoever asked for it",
        kinds=("kickoff.reported",),
        audience=everybody,
        on=("email",),
        on_for=(Role.OWNER, Role.ADMIN),
    ),
)
