"""Small functions that make what a test needs, with the verbs that make it for real."""

from __future__ import annotations

import itertools
from typing import Any

from inbox.conversations import actions
from inbox.models import Contact, Conversation, Visitor
from inbox.people.audit import COMMAND_LINE
from inbox.people.models import Team, Teammate, TeamMembership, User, Workspace
from inbox.people.secrets import new_token, token_hash
from notifications.automations.saving import save_automation
from notifications.models import Automation, Delivery, Event, Rule

_count = itertools.count(1)


def make_workspace(**fields: Any) -> Workspace:
    """Return a new workspace."""
    n = next(_count)
    return Workspace.objects.create(**{"slug": f"w{n}", "name": f"Workspace {n}", **fields})


def make_teammate(workspace: Workspace, handle: str | None = None, **fields: Any) -> Teammate:
    """Return a new teammate of `workspace` with a login of their own (password "password")."""
    n = next(_count)
    handle = handle or f"mate{n}"
    name = fields.pop("name", handle.capitalize())
    user = fields.pop("user", None) or User.objects.create_user(f"{handle}.{n}@example.test", "password", name=name)
    return Teammate.objects.create(workspace=workspace, user=user, handle=handle, **fields)


def make_team(
    workspace: Workspace, handle: str | None = None, members: tuple[Teammate, ...] = (), **fields: Any
) -> Team:
    """Return a new team with these members."""
    handle = handle or f"team{next(_count)}"
    team = Team.objects.create(workspace=workspace, handle=handle, **{"name": handle.capitalize(), **fields})
    for member in members:
        TeamMembership.objects.create(workspace=workspace, team=team, teammate=member)
    return team


def make_contact(workspace: Workspace, **fields: Any) -> Contact:
    """Return a new contact."""
    return Contact.objects.create(workspace=workspace, **{"name": f"Contact {next(_count)}", **fields})


def make_visitor(workspace: Workspace, contact: Contact | None = None, **fields: Any) -> Visitor:
    """Return a new browser, of `contact` if there is one."""
    return Visitor.objects.create(
        workspace=workspace, contact=contact, token_hash=token_hash(new_token("fv")), **fields
    )


def make_conversation(workspace: Workspace, contact: Contact | None = None, text: str = "Hello") -> Conversation:
    """Return a conversation that a visitor of `contact` (a new one, if none is given) started with `text`."""
    contact = contact or make_contact(workspace)
    visitor = make_visitor(workspace, contact)
    conversation, _ = actions.start(contact, text, visitor=visitor)
    return Conversation.objects.for_list().select_related("visitor").get(pk=conversation.pk)


def make_automation(workspace: Workspace, **fields: Any) -> Automation:
    """Return a new automated message: a letter to whoever signs up, unless the fields say otherwise."""
    values = {
        "name": "Welcome", "enabled": True, "kinds": ["contact.signed_up"], "audience": "contact", "channel": "email",
        "subject": "Welcome", "body": "Hello {{ contact.first_name }}", **fields,
    }  # fmt: skip
    return save_automation(workspace, values, by=COMMAND_LINE)


def make_delivery(event: Event, rule: Rule | None = None, **fields: Any) -> Delivery:
    """Return a new delivery of an event, by a rule of its own if none is given."""
    rule = rule or Rule.objects.create(workspace=event.workspace, name="All", transport="log", address="all")
    kept = {"transport": rule.transport, "address": rule.address, "reason": "route All: everything", **fields}
    return Delivery.objects.create(workspace=event.workspace, event=event, rule=rule, rule_key=rule.key, **kept)
