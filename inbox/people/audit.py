"""What people with power did: who, what, when and from where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest

from inbox.people.models.audit import AuditFact
from inbox.people.models.workspaces import Teammate, Workspace


@dataclass(frozen=True)
class Actor:
    """Who does something, and from where. `via` is "desk", "api", "sso", "command line" or "frontdesk" (by itself)."""

    teammate: Teammate | None = None
    via: str = "frontdesk"
    ip: str | None = None
    user_agent: str = ""

    @classmethod
    def of(cls, request: HttpRequest, teammate: Teammate | None, via: str = "desk") -> Actor:
        """Return who sends this request, with the address that the trusted proxies tell (docs/operations.md)."""
        return cls(teammate, via, client_ip(request), request.headers.get("User-Agent", "")[:300])

    def as_teammate(self, teammate: Teammate) -> Actor:
        """Return the same place with another person: someone who has just joined, say."""
        return replace(self, teammate=teammate)


# What upper floors do with each fact, in its transaction: the spine tracks it.
listeners: list[Callable[[AuditFact], None]] = []

COMMAND_LINE = Actor(via="command line")


def client_ip(request: HttpRequest) -> str | None:
    """Return the address the request came from. The server has already put a trusted proxy's word into it."""
    return request.META.get("REMOTE_ADDR") or None


def record(kind: str, *, workspace: Workspace, by: Actor, subject: str = "", **data: Any) -> AuditFact:
    """Write one fact, in the caller's transaction.

    `kind` is `noun.past_verb` ("teammate.invited"), `subject` the one it was done to, in words ("bea@shop.test"), and
    `data` what changed, as JSON values; never a secret.
    """
    fact = AuditFact.objects.create(
        workspace=workspace,
        kind=kind,
        subject=subject[:200],
        data=data,
        actor=by.teammate,
        actor_name=by.teammate.name if by.teammate is not None else by.via,
        via=by.via,
        ip=by.ip,
        user_agent=by.user_agent,
    )
    for listener in listeners:
        listener(fact)
    return fact
