"""The routes that ring from the start."""

from __future__ import annotations

from typing import Any

from inbox.people.models import Teammate, Workspace
from notifications.models import Rule
from notifications.words import Face

ROUTES: tuple[dict[str, Any], ...] = (
    {
        "name": "Bell: sign-ups",
        "purpose": "One ding for each sign-up: the whole office hears it.",
        "kinds": ["contact.signed_up"],
        "address": "ding",
    },
    {
        "name": "Bell: upgrades",
        "purpose": "Two dings for each upgrade of a plan.",
        "kinds": ["plan.upgraded"],
        "address": "ding-ding",
    },
)


def make_bell_routes(workspace: Workspace, owner: Teammate | None = None) -> None:
    """Give a workspace the routes that ring, unless it has some that do."""
    if not Rule.objects.filter(workspace=workspace, face=Face.ROUTE, transport="bell").exists():
        Rule.objects.bulk_create(
            Rule(workspace=workspace, face=Face.ROUTE, transport="bell", **fields) for fields in ROUTES
        )
