"""The verbs of automations: make, change, go back, switch, delete. Each change is a version.

Who calls them has asked already whether the caller may (`Permission.WRITE`); it is asked again here of a teammate. Each
writes a fact of topic `audit`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from inbox.people.audit import Actor, record
from inbox.people.models import Teammate, Workspace
from inbox.people.permissions import Permission, require
from notifications.automations.values import BESIDE, FIELDS, OF_RULE, STATE, AutomationRefused, checked, values_of
from notifications.models import Automation, AutomationVersion, Rule
from notifications.words import Face

MOST_AUTOMATIONS = 200
# What is kept of a version in columns of its own.
_TEXTS = ("name", "subject", "body")
# The audit says that these changed, not into what: they may be long.
_NOT_TOLD = frozenset({"subject", "body", "condition"})


def automations_of(workspace: Workspace) -> QuerySet[Automation]:
    """Return a workspace's automations with their rules and senders."""
    return Automation.objects.filter(workspace=workspace).select_related("rule", "sender__user")


def save_automation(
    workspace: Workspace,
    values: Mapping[str, Any],
    *,
    by: Actor,
    automation: Automation | None = None,
    default: str = "",
) -> Automation:
    """Make an automation of `values`, or change one into them; what is not among them stays, or is as in a new one.

    Keys are those of FIELDS. A change of anything but whether it is on is a new version. Raises AutomationRefused with
    the problems by field, and Forbidden.
    """
    _may(by)
    with transaction.atomic():
        # One at a time in a workspace: their number is limited, and so are versions numbered.
        Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
        if automation is not None:
            return _change(automations_of(workspace).get(pk=automation.pk), values, by)
        if Automation.objects.filter(workspace=workspace).count() >= MOST_AUTOMATIONS:
            raise AutomationRefused({"name": f"A workspace has at most {MOST_AUTOMATIONS} messages. Delete one first."})
        clean = checked(workspace, values, None)
        rule = Rule(workspace=workspace, face=Face.AUTOMATION, **_of_rule(clean))
        rule.save()
        made = Automation(workspace=workspace, rule=rule, default=default, **_beside(workspace, clean))
        made.save()
        _keep(made, clean, by)
        record("automation.created", workspace=workspace, by=by, subject=rule.name, channel=rule.transport)
    return made


def restore(automation: Automation, number: int, *, by: Actor) -> Automation:
    """Have an automation say again what it said in version `number`: that is a version, too, unless nothing differs.

    Raises AutomationVersion.DoesNotExist, Forbidden, and AutomationRefused where something that it names is there no
    more.
    """
    _may(by)
    with transaction.atomic():
        Workspace.objects.select_for_update(no_key=True).get(pk=automation.workspace_id)
        row = automations_of(automation.workspace).get(pk=automation.pk)
        kept = AutomationVersion.objects.get(automation=row, number=number)
        return _change(row, version_values(kept), by, restores=number)


def switch(automation: Automation, *, on: bool, by: Actor) -> Automation:
    """Have an automation send from now on, or not any more. What waits is not sent then. Raises Forbidden."""
    return save_automation(automation.workspace, {"enabled": on}, by=by, automation=automation)


def delete_automation(automation: Automation, *, by: Actor) -> None:
    """Delete an automation with its versions. What it sent, and why, stays; what waits is not sent. Raises
    Forbidden."""
    _may(by)
    with transaction.atomic():
        rule = automation.rule
        if Rule.objects.filter(pk=rule.pk, face=Face.AUTOMATION).delete()[0]:
            record("automation.deleted", workspace=automation.workspace, by=by, subject=rule.name)


def version_values(version: AutomationVersion) -> dict[str, Any]:
    """Return the fields that an automation had in a version: those of FIELDS but STATE."""
    known = {name: value for name, value in version.settings.items() if name in FIELDS and name not in STATE}
    return {**known, **{name: getattr(version, name) for name in _TEXTS}}


def _change(automation: Automation, values: Mapping[str, Any], by: Actor, restores: int | None = None) -> Automation:
    before = values_of(automation)
    clean = checked(automation.workspace, values, before)
    changed = {name: [before[name], value] for name, value in clean.items() if before[name] != value}
    if not changed:
        return automation
    rule = automation.rule
    for name, value in _of_rule(clean).items():
        setattr(rule, name, value)
    rule.save()
    for name, value in _beside(automation.workspace, clean).items():
        setattr(automation, name, value)
    is_version = bool(changed.keys() - set(STATE))
    automation.version += 1 if is_version else 0
    automation.save()
    if is_version:
        _keep(automation, clean, by, restores)
    told = {name: pair for name, pair in changed.items() if name not in _NOT_TOLD}
    also = sorted(_NOT_TOLD & changed.keys())
    record("automation.changed", workspace=automation.workspace, by=by, subject=rule.name, changes=told,
           **({"also": also} if also else {}), **({"version": automation.version} if is_version else {}))  # fmt: skip
    return automation


def _keep(automation: Automation, clean: Mapping[str, Any], by: Actor, restores: int | None = None) -> None:
    settings = {name: value for name, value in clean.items() if name not in (*_TEXTS, *STATE)}
    who = by.teammate.name if by.teammate is not None else by.via
    texts = {name: clean[name] for name in _TEXTS}
    AutomationVersion.objects.create(
        workspace=automation.workspace, automation=automation, number=automation.version, settings=settings,
        by=by.teammate, by_name=who[:120], restores=restores, **texts,
    )  # fmt: skip


def _of_rule(clean: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: clean[name] for name in OF_RULE if name != "channel"}
    return {**fields, "transport": clean["channel"]}


def _beside(workspace: Workspace, clean: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: clean[name] for name in BESIDE if name != "sender"}
    handle = clean["sender"].removeprefix("@")
    sender = Teammate.objects.filter(workspace=workspace, handle=handle).select_related("user").first()
    return {**fields, "sender": sender if handle else None}


def _may(by: Actor) -> None:
    if by.teammate is not None:
        require(by.teammate, Permission.WRITE)
