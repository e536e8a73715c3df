"""The verbs of routes: make, change, mute, delete, and try one before it is saved.

Who calls them has asked already whether the caller may (`Permission.MANAGE_WORKSPACE`); it is asked again here of a
teammate. Each writes a fact of topic `audit`.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from inbox.people.audit import Actor, record
from inbox.people.models import Workspace
from inbox.people.permissions import Permission, require
from notifications.conditions import facts_of
from notifications.drawing import data_of, wording_of
from notifications.matching import Verdict, decide
from notifications.models import Event, Rule
from notifications.route_values import FIELDS, RouteRefused, checked
from notifications.transports import Message, all_transports
from notifications.words import Face

__all__ = ["FIELDS", "LONGEST_MUTE", "RouteRefused", "Trial", "delete_route", "mute_route", "save_route", "try_route"]

MOST_ROUTES = 200
LONGEST_MUTE = 31 * 24 * 3600
# An address can hold a secret in its path or query (a webhook's): the audit says that it changed, not into what.
_NOT_TOLD = frozenset({"address", "template", "condition"})


@dataclass(frozen=True)
class Trial:
    """What a route would do with an event: the verdict, the message as its transport draws it ({} where there is no
    such transport) and what went wrong with its wording ("" for nothing)."""

    verdict: Verdict
    payload: dict[str, Any]
    warning: str = ""
    rule: Rule | None = None


def save_route(workspace: Workspace, values: Mapping[str, Any], *, by: Actor, rule: Rule | None = None) -> Rule:
    """Make a route of `values`, or change `rule` into them; what is not among them stays, or has its default.

    Keys are those of FIELDS. Raises RouteRefused with the problems by field, and Forbidden for a teammate whose role
    does not allow it.
    """
    _may(by)
    with transaction.atomic():
        # One at a time in a workspace: the number of routes is limited.
        Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
        if rule is not None:
            rule = _routes(workspace).get(pk=rule.pk)
        elif _routes(workspace).count() >= MOST_ROUTES:
            raise RouteRefused({"name": f"A workspace has at most {MOST_ROUTES} routes. Delete one first."})
        clean = checked(workspace, values, rule)
        if rule is None:
            made = Rule(workspace=workspace, face=Face.ROUTE, **clean)
            made.save()
            record("route.created", workspace=workspace, by=by, subject=made.name, transport=made.transport)
            return made
        before = {name: getattr(rule, name) for name in clean}
        for name, value in clean.items():
            setattr(rule, name, value)
        changed = {name: [before[name], value] for name, value in clean.items() if before[name] != value}
        if changed:
            rule.save(update_fields=[*changed, "updated_at"])
            told = {name: pair for name, pair in changed.items() if name not in _NOT_TOLD}
            quietly = sorted(_NOT_TOLD & changed.keys())
            record("route.changed", workspace=workspace, by=by, subject=rule.name, changes=_as_json(told),
                   **({"also": quietly} if quietly else {}))  # fmt: skip
    return rule


def delete_route(rule: Rule, *, by: Actor) -> None:
    """Delete a route. What it sent, and why, stays. Raises Forbidden."""
    _may(by)
    with transaction.atomic():
        if Rule.objects.filter(pk=rule.pk, face=Face.ROUTE).delete()[0]:
            record("route.deleted", workspace=rule.workspace, by=by, subject=rule.name)


def mute_route(rule: Rule, seconds: int, *, by: Actor) -> Rule:
    """Have a route tell nothing for so many seconds from now (0: end that). Raises Forbidden, and RouteRefused for
    longer than LONGEST_MUTE."""
    _may(by)
    if not 0 <= seconds <= LONGEST_MUTE:
        raise RouteRefused({"muted_until": "Mute a route for a month at most, or switch it off."})
    with transaction.atomic():
        rule.muted_until = timezone.now() + timedelta(seconds=seconds) if seconds else None
        rule.save(update_fields=["muted_until", "updated_at"])
        kind = "route.muted" if seconds else "route.unmuted"
        record(
            kind, workspace=rule.workspace, by=by, subject=rule.name, **({"minutes": seconds // 60} if seconds else {})
        )
    return rule


def try_route(
    rule: Rule | Mapping[str, Any], event: Event, *, among: Rule | None = None, workspace: Workspace | None = None
) -> Trial:
    """Return what a route (or the values of one that is not saved yet) would do with an event. Writes nothing.

    `among` is the saved route that the values are to replace. Raises RouteRefused for values that cannot be saved.
    """
    home = workspace or event.workspace
    candidate = rule if isinstance(rule, Rule) else _unsaved(home, rule, among)
    mine = (candidate.pk, among.pk if among else None)
    others = [other for other in _routes(home).order_by("id") if other.pk not in mine] if candidate.is_fallback else []
    facts = facts_of(event)
    found = decide(facts, [candidate, *others], now=timezone.now(), timezone=home.timezone)
    verdict = next(verdict for verdict in found if verdict.rule is candidate)
    wording = wording_of(event, candidate)
    transport = all_transports().get(candidate.transport)
    message = Message(
        key=uuid.uuid4(), workspace=home, address=candidate.address, wording=wording, silent=candidate.silent,
        event=event.public_id, kind=event.kind, data=data_of(event),
    )  # fmt: skip
    return Trial(verdict, transport.draw(message) if transport else {}, wording.warning, candidate)


def _unsaved(workspace: Workspace, values: Mapping[str, Any], among: Rule | None) -> Rule:
    clean = checked(workspace, values, among)
    kept = {name: getattr(among, name) for name in FIELDS} if among else {}
    return Rule(workspace=workspace, face=Face.ROUTE, **{**kept, **clean})


def _routes(workspace: Workspace) -> Any:
    return Rule.objects.filter(workspace=workspace, face=Face.ROUTE)


def _may(by: Actor) -> None:
    if by.teammate is not None:
        require(by.teammate, Permission.MANAGE_WORKSPACE)


def _as_json(changed: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: [str(v) if hasattr(v, "isoformat") else v for v in pair] for name, pair in changed.items()}
