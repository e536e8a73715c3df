"""What each role may do: one table, which docs/roles.md shows and a test keeps equal to it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inbox.people.models import Teammate


class Permission(StrEnum):
    """One thing that a teammate may or may not do. The value is what a refusal calls it."""

    READ = "read conversations and contacts"
    WRITE = "write, assign and close"
    EXPORT = "take lists of contacts and accounts along as files"
    IMPORT = "bring contacts in from files and from other systems"
    ERASE = "erase a person, and take all that is known of one along"
    SEE_ALL_TEAMS = "see private teams that they are not in"
    MANAGE_TEAMMATES = "invite teammates, and change or end their membership"
    MANAGE_TEAMS = "make teams and choose who is in them"
    MANAGE_WORKSPACE = "change the workspace, its hours and its widget"
    MANAGE_KEYS = "handle API tokens, the identity secret, connections and single sign-on"
    SEE_AUDIT = "read what people with power did"
    MANAGE_OWNERS = "make and unmake owners"


_VIEWER = frozenset({Permission.READ})
_AGENT = _VIEWER | {Permission.WRITE}
_ADMIN = frozenset(Permission) - {Permission.MANAGE_OWNERS}

# Keyed by Role's values, as Role's own module needs this one.
ROLES: dict[str, frozenset[Permission]] = {
    "owner": frozenset(Permission),
    "admin": _ADMIN,
    "agent": _AGENT,
    "viewer": _VIEWER,
}


class Forbidden(Exception):
    """A teammate's role does not let them do this. `detail` says so in words, with what to do."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission
        self.detail = f"Your role may not {permission.value}. Ask an owner or admin of the workspace."
        super().__init__(self.detail)


def require(teammate: Teammate, permission: Permission) -> None:
    """Raise Forbidden unless the teammate's role holds `permission`."""
    if not teammate.may(permission):
        raise Forbidden(permission)
