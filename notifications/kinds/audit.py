"""What people with power did, taken over from the ground, which records it and knows nothing of events."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from inbox.people.models.audit import AuditFact
from notifications.events import track
from notifications.kind import Kind
from notifications.words import Topic


class Audit(Kind):
    """A change of power. `data` is what the ground recorded."""

    kind = "audit.*"
    topic = Topic.AUDIT
    icon = "shield"

    fact: str = Field(exclude=True)
    about: str = Field("", exclude=True)
    by: str = Field("", exclude=True)
    data: dict[str, Any] = Field(default_factory=dict)

    def name(self) -> str:
        """Return the fact's own kind."""
        return self.fact

    def values(self) -> dict[str, Any]:
        """Return what changed."""
        return self.data

    def title(self, who: str) -> str:
        """Return who did what to whom."""
        noun, _, verb = self.fact.partition(".")
        what = f"{noun.replace('_', ' ')} {verb.replace('_', ' ')}"
        return f"{what.capitalize()}{f': {self.about}' if self.about else ''}{f', by {self.by}' if self.by else ''}"

    def url(self) -> str:
        """Return the page that has all of them."""
        return "/settings/audit/"

    def fingerprint(self) -> str:
        """Each is a matter of its own subject."""
        return self.about


def track_audit(fact: AuditFact) -> None:
    """Track a fact that the ground recorded, in its transaction."""
    event = Audit(fact=fact.kind, about=fact.subject, by=fact.actor_name, data=fact.data)
    track(event, workspace=fact.workspace, actor=fact.actor)
