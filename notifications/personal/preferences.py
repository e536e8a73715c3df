"""What each teammate chose: by what they are told of what. What they did not choose is as the choice has it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from inbox.people.models import Teammate
from notifications.models import Rule
from notifications.personal.choices import WAYS, Choice, all_choices
from notifications.words import Face


class ChoiceRefused(ValueError):
    """There is no such choice, or no such way to be told."""


Chosen = dict[tuple[int, str], frozenset[str]]


def chosen(teammates: Collection[int], choices: Iterable[Choice]) -> Chosen:
    """Return by (teammate's key, choice's key) the transports that tell them of it. One query; another one where
    what is on by itself depends on the role."""
    choices = list(choices)
    rules = Rule.objects.filter(
        face=Face.PREFERENCE, teammate__in=teammates, name__in=[choice.key for choice in choices]
    ).values_list("teammate", "name", "transport", "enabled")
    said: dict[tuple[int | None, str], dict[str, bool]] = {}
    for mate, name, transport, enabled in rules:
        said.setdefault((mate, name), {})[transport] = enabled
    roles: dict[int, str] = {}
    if any(choice.on_for for choice in choices):
        roles = dict(Teammate.objects.filter(pk__in=teammates).values_list("pk", "role"))
    return {
        (mate, choice.key): frozenset(
            way
            for way in WAYS
            if said.get((mate, choice.key), {}).get(
                way, way in choice.on and (not choice.on_for or roles.get(mate) in choice.on_for)
            )
        )
        for mate in teammates
        for choice in choices
    }


def choosers(workspaces: Collection[int], choice: Choice) -> dict[int, set[int]]:
    """Return by workspace those (by key) who turned something on for a choice. One query."""
    rows = Rule.objects.filter(workspace__in=workspaces, face=Face.PREFERENCE, name=choice.key, enabled=True)
    found: dict[int, set[int]] = {pk: set() for pk in workspaces}
    for workspace, mate in rows.values_list("workspace", "teammate").distinct():
        if mate is not None:
            found[workspace].add(mate)
    return found


def choose(teammate: Teammate, choice: str, transport: str, on: bool) -> None:
    """Turn one way of being told of one thing on or off. Raises ChoiceRefused for what there is not."""
    known = all_choices().get(choice)
    if known is None or transport not in WAYS:
        raise ChoiceRefused("There is no such choice. Load the page again.")
    Rule.objects.update_or_create(
        workspace_id=teammate.workspace_id,
        face=Face.PREFERENCE,
        teammate=teammate,
        name=known.key,
        transport=transport,
        defaults={"enabled": on, "kinds": list(known.kinds), "address": f"@{teammate.handle}", "purpose": known.says},
    )
