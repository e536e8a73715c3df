"""The routes that a workspace begins with: where a team looks for what, each with its purpose in words."""

from __future__ import annotations

from typing import Any

from inbox.people.models import Teammate, Workspace
from notifications.models import Rule
from notifications.words import Face, Topic

# Equal errors within ten minutes are one matter.
_ONE_MATTER = 600
# Letters are for reading one by one: what goes over this is told in one letter at the end of the hour.
_LETTERS_AN_HOUR = 20

_ON_SLACK: tuple[dict[str, Any], ...] = (
    {
        "name": "Critical errors",
        "address": "#critical-server-errors",
        "purpose": "Sign-ups, sign-ins and database reads or writes that fail. For sysadmins, DevOps, CTO, CEO and "
        "developers: always notify.",
        "topics": [Topic.CRITICAL_ERRORS.value],
        "group_seconds": _ONE_MATTER,
    },
    {
        "name": "Other errors",
        "address": "#non-critical-server-errors",
        "purpose": "Pages not found and all other errors. For DevOps and developers: shown in bold, without a sound.",
        "topics": [Topic.ERRORS.value],
        "group_seconds": _ONE_MATTER,
        "silent": True,
    },
    {
        "name": "Financials",
        "address": "#financials",
        "purpose": "Payments, failed ones and refunds, upgrades and downgrades, cards that expire. For CFO and CEO.",
        "topics": [Topic.FINANCIALS.value],
    },
    {
        "name": "User behavior",
        "address": "#user-behavior",
        "purpose": "Sign-ups, onboarding, changes of plan, data added or removed, accounts deleted. For support, "
        "social, developers and CEO: always notify.",
        "kinds": [
            "contact.signed_up", "contact.onboarded", "contact.stalled", "contact.data_*", "contact.deleted", "plan.*",
            "user.*",
        ],
        # A page can track what it likes: a flood of it is told in one summary a minute.
        "cap": 30,
        "cap_seconds": 60,
    },
    {
        "name": "Application stats",
        "address": "#application-stats",
        "purpose": "Results of scheduled tasks, housekeeping, email statistics, growth. For marketing and whoever is "
        "interested: no sound.",
        "topics": [Topic.APPLICATION_STATS.value],
        "silent": True,
    },
    {
        "name": "Client feedback",
        "address": "#client-feedback",
        "purpose": "Every score that a customer gives. For everyone.",
        "topics": [Topic.CLIENT_FEEDBACK.value],
    },
    {
        "name": "Conversations",
        "address": "#conversations",
        "purpose": "New conversations until somebody picks them up, and those that wait too long. For support.",
        "kinds": ["conversation.started", "conversation.waiting"],
        "condition": 'kind == "conversation.waiting" || data.by == "contact"',
    },
    {
        "name": "Everything else",
        "address": "#general",
        "purpose": "What no other route takes. Single messages and hand-overs stay on the desk.",
        "topics": [topic.value for topic in Topic if topic not in (Topic.CONVERSATIONS, Topic.AUDIT)],
        "is_fallback": True,
    },
)  # fmt: skip


def default_routes(handle: str) -> list[dict[str, Any]]:
    """Return the fields of each route that a workspace begins with; `handle` is its owner's, "" where it has none."""
    routes = [{"transport": "slack", **fields} for fields in _ON_SLACK]
    if handle:
        routes.append({
            "name": "Sign-ups by email",
            "purpose": "Each sign-up, for the owner of the workspace.",
            "transport": "email",
            "address": f"@{handle}",
            "kinds": ["contact.signed_up"],
            "cap": _LETTERS_AN_HOUR,
            "cap_seconds": 3600,
        })  # fmt: skip
    return routes


def make_default_routes(workspace: Workspace, owner: Teammate) -> None:
    """Give a workspace the routes that it begins with, unless it has routes already."""
    if Rule.objects.filter(workspace=workspace, face=Face.ROUTE).exists():
        return
    routes = default_routes(owner.handle)
    Rule.objects.bulk_create(Rule(workspace=workspace, face=Face.ROUTE, **fields) for fields in routes)
