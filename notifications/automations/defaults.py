"""The automated messages that a workspace begins with."""

from __future__ import annotations

from typing import Any

from inbox.people.models import Teammate, Workspace
from notifications.models import Automation, AutomationVersion, Rule
from notifications.words import Face

_ARRIVED = """\
Hello {{ recipient.first_name | default: "there" }},

the import of {{ data.file | default: data.source }} is done. Of {{ data.total }} rows

- **{{ data.created }}** are new
- **{{ data.updated }}** were updated
- **{{ data.unchanged }}** were the same already
- **{{ data.refused }}** were refused
{% if data.refused > 0 %}
[Download the rows that were refused]({{ data.refused_url }}): each says why. Mend them and import that file again; \
what is in already stays as it is.
{% endif %}
**[Look at the import]({{ data.import_url }})**

### Three things to do now

1. [Look through your contacts]({{ workspace.url }}/contacts/), and keep a list that you need often as a segment.
2. [Put the chat on your site]({{ workspace.url }}/settings/widget/), so that they can write to you.
3. [Invite your colleagues]({{ workspace.url }}/settings/teammates/), so that somebody answers.
"""
_WELCOME = """\
Hi {{ contact.first_name | default: "there" }},

welcome to {{ workspace.name }}! We are glad that you are here.

If anything is unclear, or does not work as you expect, write to us in the chat on our site: a person answers.

The team of {{ workspace.name }}
"""

# By the key under which each is made once.
DEFAULTS: dict[str, dict[str, Any]] = {
    "import.finished": {
        "name": "Your contacts are in", "enabled": True, "kinds": ["import.finished"], "channel": "email",
        "audience": "actor", "is_transactional": True, "body": _ARRIVED.strip(),
        "subject": "Your contacts are in: {{ data.created }} new, {{ data.updated }} updated",
    },
    "contact.signed_up": {
        "name": "Welcome", "enabled": False, "kinds": ["contact.signed_up"], "channel": "email",
        "audience": "contact", "is_transactional": False, "body": _WELCOME.strip(),
        "subject": "Welcome to {{ workspace.name }}", "most": 1, "most_seconds": 0,
    },
}  # fmt: skip
_OF_RULE = ("name", "enabled", "kinds")


def make_defaults(workspace: Workspace, owner: Teammate) -> None:
    """Give a new workspace the messages that it begins with."""
    add_to(workspace.pk, Rule, Automation, AutomationVersion)


def add_to(workspace: int, rules: Any, automations: Any, versions: Any) -> None:
    """Make the messages that a workspace (by key) begins with, of these models: a migration has its own."""
    there = set(automations.objects.filter(workspace_id=workspace).values_list("default", flat=True))
    for key, fields in DEFAULTS.items():
        if key in there:
            continue
        rule = rules.objects.create(
            workspace_id=workspace, face=Face.AUTOMATION.value, transport=fields["channel"],
            **{name: fields[name] for name in _OF_RULE},
        )  # fmt: skip
        beside = {name: value for name, value in fields.items() if name not in (*_OF_RULE, "channel")}
        made = automations.objects.create(workspace_id=workspace, rule=rule, default=key, **beside)
        versions.objects.create(
            workspace_id=workspace, automation=made, number=1, name=fields["name"], subject=fields["subject"],
            body=fields["body"], settings=_settings(fields), by_name="Frontdesk",
        )  # fmt: skip


def _settings(fields: dict[str, Any]) -> dict[str, Any]:
    whole = {
        "condition": "", "delay_seconds": 0, "roles": [], "skills": [], "teams": [], "permissions": [], "sender": "",
        "most": 0, "most_seconds": 0, "quiet": {}, "quiet_zone": "recipient", **fields,
    }  # fmt: skip
    return {name: value for name, value in whole.items() if name not in ("name", "enabled", "subject", "body")}
