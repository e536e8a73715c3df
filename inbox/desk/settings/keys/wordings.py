"""Audit facts in words: a sentence for each kind, and what changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

# kind -> sentences, the fullest first: the first of which everything is known is taken. {who} did it, {subject} is
# whom or what it was done to, the other names are keys of the fact's data. Apps above the inbox add their own kinds.
WORDINGS: dict[str, tuple[str, ...]] = {
    "workspace.created": ("{who} made the workspace {subject}", "{who} made the workspace"),
    "workspace.changed": ("{who} changed the workspace’s settings",),
    "hours.changed": ("{who} changed the business hours",),
    "widget.changed": ("{who} changed the widget",),
    "teammate.invited": ("{who} invited {subject} as {role}", "{who} invited {subject}"),
    "teammate.joined": ("{subject} joined as {role}", "{subject} joined", "{who} joined as {role}", "{who} joined"),
    "teammate.removed": ("{who} removed {subject} from the workspace",),
    "teammate.left": ("{subject} left the workspace", "{who} left the workspace"),
    "teammate.role_changed": (
        "{who} changed the role of {subject} from {before} to {after}",
        "{who} changed the role of {subject} to {role}",
        "{who} changed the role of {subject}",
    ),
    "teammate.teams_changed": ("{who} changed the teams of {subject}",),
    "teammate.handle_changed": (
        "{who} changed the handle of {subject} from @{before} to @{after}",
        "{who} changed the handle of {subject}",
    ),
    "invitation.resent": ("{who} sent the invitation of {subject} again",),
    "invitation.withdrawn": ("{who} withdrew the invitation of {subject}",),
    "team.created": ("{who} made the team {subject}",),
    "team.renamed": ("{who} renamed the team {before} to {after}", "{who} renamed the team {subject}"),
    "team.made_private": ("{who} made the team {subject} private",),
    "team.opened": ("{who} opened the team {subject} to all",),
    "team.members_changed": ("{who} changed who is in the team {subject}",),
    "team.deleted": (
        "{who} deleted the team {subject}; {taken_over_by} took over its conversations",
        "{who} deleted the team {subject}",
    ),
    "access.given": (
        "{who} gave {subject} access to the conversation {conversation} until {until}",
        "{who} gave {subject} access to a conversation",
    ),
    "access.ended": (
        "{who} ended the access of {subject} to the conversation {conversation}",
        "{who} ended the access of {subject} to a conversation",
    ),
    "token.created": (
        "{who} made the API token “{subject}”, which acts as {acts_as}",
        "{who} made the API token “{subject}”",
    ),
    "token.revoked": ("{who} revoked the API token “{subject}”",),
    "connection.set": ("{who} connected {subject}",),
    "sidebar.changed": ("{who} changed what {subject} shows of customers",),
    "stripe.linked": (
        "{who} linked {subject} at Stripe to the account {account}",
        "{who} linked {subject} at Stripe to an account",
    ),
    "connection.removed": ("{who} removed the connection to {subject}",),
    "identity_secret.rotated": ("{who} made a new identity secret; the former one still works",),
    "identity_secret.retired": ("{who} retired the former identity secret",),
    "identity_secret.shown": ("{who} looked at the identity secret",),
    "webhook_secret.shown": ("{who} looked at the secret that signs webhooks",),
    "webhook_secret.rolled": ("{who} made a new secret that signs webhooks; the former one signs too, for a day",),
    "webhook_secret.ended": ("{who} ended the former secret that signs webhooks",),
    "sso.changed": ("{who} changed single sign-on",),
    "sso.removed": ("{who} removed single sign-on",),
    "sso.connected": ("{who} connected single sign-on to their login",),
    "sso.disconnected": ("{who} took single sign-on off their login",),
    "field.created": ("{who} made the field {subject}",),
    "field.changed": ("{who} changed the field {subject}",),
    "shared.added": ("{who} noted that many use {subject}",),
    "shared.removed": ("{who} noted that {subject} is one person’s again",),
    "field.deleted": ("{who} deleted the field {subject}",),
    "contact.erased": (
        "{who} erased a person with {profiles} profiles, {conversations} conversations and {messages} messages",
        "{who} erased a person",
    ),
    "contacts.exported": ("{who} asked for a file of {subject}",),
    "accounts.exported": ("{who} asked for a file of {subject}",),
    "contacts.import_begun": ("{who} began the import of {subject}",),
    "contacts.import_paused": ("{who} paused the import of {subject}",),
    "contacts.import_resumed": ("{who} went on with the import of {subject}",),
    "contacts.import_cancelled": ("{who} cancelled the import of {subject}",),
    "contacts.import_undone": ("{who} took back the import of {subject}",),
    "automation.created": ("{who} made the message {subject}",),
    "automation.changed": ("{who} changed the message {subject}",),
    "automation.deleted": ("{who} deleted the message {subject}",),
    "mail_tracking.changed": ("{who} switched counting who opens letters {subject}",),
    "route.created": ("{who} made the route {subject}",),
    "route.changed": ("{who} changed the route {subject}",),
    "route.muted": ("{who} muted the route {subject} for {minutes} minutes", "{who} muted the route {subject}"),
    "route.unmuted": ("{who} ended the muting of the route {subject}",),
    "route.deleted": ("{who} deleted the route {subject}",),
    "bell.added": ("{who} added the bell {subject}",),
    "bell.changed": ("{who} changed when the bell {subject} is quiet",),
    "bell.removed": ("{who} removed the bell {subject}",),
    "session.ended": ("{who} ended a session of {subject}", "{who} ended a session"),
    "login.password_changed": ("{who} changed their password {subject}", "{who} changed their password"),
    "login.email_changed": ("{who} changed the address of their login",),
    "two_factor.enabled": ("{who} turned on a second factor",),
    "two_factor.disabled": ("{who} turned off a second factor",),
    "two_factor.added": ("{who} added a second factor: {subject}", "{who} added a second factor"),
    "two_factor.removed": ("{who} removed a second factor: {subject}", "{who} removed a second factor"),
}

# The same where somebody did it to themselves.
OWN: dict[str, tuple[str, ...]] = {
    "teammate.role_changed": ("{who} changed their own role from {before} to {after}", "{who} changed their own role"),
    "teammate.teams_changed": ("{who} changed their own teams",),
    "teammate.handle_changed": ("{who} changed their handle from @{before} to @{after}", "{who} changed their handle"),
    "session.ended": (
        "{who} ended their session on {where}",
        "{who} ended {count} other sessions of theirs",
        "{who} ended a session of theirs",
    ),
    "login.password_changed": ("{who} changed their password",),
    "two_factor.added": ("{who} added a second factor",),
    "two_factor.removed": ("{who} removed a second factor",),
}

# How a part of a kind is called where there is no sentence for it.
NOUNS = {
    "sso": "single sign-on",
    "two_factor": "second factor",
    "identity_secret": "identity secret",
    "webhook_secret": "webhook secret",
}


@dataclass(frozen=True)
class Group:
    """A choice of the filter: its key in the address, its title, and the nouns that kinds of it begin with."""

    key: str
    title: str
    nouns: tuple[str, ...]


GROUPS = [
    Group("people", "People and teams", ("teammate", "invitation", "team", "access")),
    Group(
        "workspace",
        "Workspace, hours, widget, routes, messages, bells",
        ("workspace", "hours", "widget", "route", "automation", "mail_tracking", "bell"),
    ),
    Group("contacts", "Contacts and accounts", ("field", "shared", "contact", "contacts", "accounts")),
    Group(
        "keys",
        "Tokens, secrets, connections",
        ("token", "connection", "sidebar", "stripe", "identity_secret", "webhook_secret"),
    ),
    Group("signing-in", "Signing in", ("sso", "session", "two_factor", "login")),
]
REST = Group("rest", "Anything else", ())


def sentence(kind: str, who: str, subject: str, data: Mapping[str, Any]) -> str:
    """Return a fact as one sentence, without a full stop. A kind that has no wording is told by its own name."""
    known = {key: in_words(value) for key, value in data.items() if not (isinstance(value, dict) or _is_empty(value))}
    known |= {"who": _who(who), "subject": subject}
    wordings = OWN.get(kind) if subject == who else None
    for wording in wordings or WORDINGS.get(kind, ()):
        if all(known.get(name) for _, name, _, _ in Formatter().parse(wording) if name):
            told = wording.format_map(known)
            return told[:1].upper() + told[1:]
    noun, _, verb = kind.partition(".")
    what = f"{NOUNS.get(noun, noun.replace('_', ' '))} {verb.replace('_', ' ')}".strip()
    return f"{known['who']}: {what}" + (f" ({subject})" if subject else "")


def _who(name: str) -> str:
    """Return the doer's name, and for what no person did a phrase that reads as one."""
    return {"command line": "Somebody at the command line", "frontdesk": "Frontdesk"}.get(name, name or "Somebody")


# What is kept for machines to find a row by, and tells a reader nothing; the export has it.
INNER = ("token",)


@dataclass(frozen=True)
class Change:
    """One line of details: what, and either its value or how it was before and after."""

    name: str
    value: str = ""
    before: str | None = None
    after: str | None = None

    @property
    def has_both(self) -> bool:
        return self.before is not None and self.after is not None


def changes(data: Mapping[str, Any]) -> list[Change]:
    """Return what a fact's data says changed, a line each.

    Told as before and after: top-level `before` and `after` (values, or mappings by name), a value that is a mapping
    with just these two keys (or `from` and `to`), and whatever stands so under `changes`.
    """
    return list(_changes(data))


def _changes(data: Mapping[str, Any]) -> Iterator[Change]:
    before, after = data.get("before"), data.get("after")
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(name for name in after if name not in before)]:
            if before.get(name) != after.get(name):
                yield Change(_label(name), before=in_words(before.get(name)), after=in_words(after.get(name)))
    elif "before" in data and "after" in data:
        yield Change("", before=in_words(before), after=in_words(after))
    for name, value in data.items():
        pair = _pair(value)
        if name in INNER:
            continue
        if name in ("before", "after") and "before" in data and "after" in data:
            continue
        if name == "changes" and isinstance(value, dict):
            yield from _under_changes(value)
        elif pair is not None:
            yield Change(_label(name), before=in_words(pair[0]), after=in_words(pair[1]))
        else:
            yield Change(_label(name), value=in_words(value))


def _under_changes(value: Mapping[str, Any]) -> Iterator[Change]:
    for name, inner in value.items():
        pair = tuple(inner) if isinstance(inner, list) and len(inner) == 2 else _pair(inner)
        if pair is None:
            yield Change(_label(name), value=in_words(inner))
        else:
            yield Change(_label(name), before=in_words(pair[0]), after=in_words(pair[1]))


def _pair(value: Any) -> tuple[Any, Any] | None:
    if isinstance(value, dict):
        for before, after in (("before", "after"), ("from", "to")):
            if set(value) == {before, after}:
                return value[before], value[after]
    return None


def _label(name: str) -> str:
    return str(name).replace("_", " ").capitalize()


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def in_words(value: Any) -> str:
    """Return a JSON value as a reader would say it."""
    if _is_empty(value):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(item, (str, int)) for item in value):
        return ", ".join(str(item) for item in value) or "nothing"
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
