"""What the schema and the readable page show of automations: a welcome to whoever signs up for the pro plan."""

from __future__ import annotations

from typing import Any

from inbox.api.examples import AUTOMATION_ID

AUTOMATION_INPUT: dict[str, Any] = {
    "name": "Welcome to pro",
    "kinds": ["contact.signed_up"],
    "condition": 'data.plan == "pro"',
    "audience": "contact",
    "channel": "email",
    "delay_seconds": 3600,
    "subject": "Welcome, {{ contact.first_name }}",
    "body": "You have **pro** now.\n\n**[Begin here]({{ workspace.url }})**",
    "most": 1,
    "most_seconds": 0,
}
AUTOMATION: dict[str, Any] = {
    **AUTOMATION_INPUT,
    "id": AUTOMATION_ID,
    "enabled": False,
    "version": 1,
    "roles": [],
    "skills": [],
    "teams": [],
    "permissions": [],
    "sender": None,
    "is_transactional": False,
    "quiet": None,
    "quiet_zone": "recipient",
    "figures": {"sent": 0, "opened": 0, "clicked": 0, "failed": 0, "waiting": 0, "suppressed": {}},
    "created_at": "2026-06-01T09:00:00.118203Z",
}
AUTOMATION_CHANGE: dict[str, Any] = {"enabled": True, "quiet": {"from": "22:00", "to": "08:00"}}
AUTOMATION_CHANGED: dict[str, Any] = {**AUTOMATION, **AUTOMATION_CHANGE, "version": 2}
RESTORE: dict[str, Any] = {"version": 1}
AUTOMATION_RESTORED: dict[str, Any] = {**AUTOMATION_CHANGED, "quiet": None, "version": 3}
_STATE = ("id", "enabled", "version", "figures", "created_at")
VERSION: dict[str, Any] = {
    "number": 1,
    "by": "Ada Lovelace",
    "restores": None,
    "created_at": "2026-06-01T09:00:00.118203Z",
    "values": {name: value for name, value in AUTOMATION.items() if name not in _STATE} | {"sender": "", "quiet": {}},
}
