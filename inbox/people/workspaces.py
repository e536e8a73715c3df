"""A workspace's beginning."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain, count

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from inbox.people.audit import Actor, record
from inbox.people.handles import free_handle, transliterate
from inbox.people.membership import Refused
from inbox.people.models import Teammate, User, Workspace
from inbox.people.models.workspaces import Role
from inbox.people.zones import is_zone

NAME_LENGTH = 120
SLUG_LENGTH = 50
MOST_OF_ONE_USER = 20
# Words that an address may mean something else by, now or later.
RESERVED = frozenset(
    "about accounts admin all api app bell billing demo docs frontdesk help inbox integrations invitations login "
    "logout media new none null root settings signup sso start static status support system undefined widget workspace "
    "workspaces ws www".split()
)
# What the floors above do for a new workspace (with its owner), in its transaction. They register in AppConfig.ready.
made: list[Callable[[Workspace, Teammate], None]] = []

# One lock for all who ask whether they are the first. PostgreSQL wants a number: "front", in ASCII.
_FIRST = 0x66726F6E74


def may_create_workspace(user: User) -> bool:
    """Whether this login may make a workspace: settings.SIGNUP is "open", "first" (while there is none) or "closed"."""
    match settings.SIGNUP:
        case "open":
            return _made_by(user) < MOST_OF_ONE_USER
        case "first":
            return not Workspace.objects.exists()
    return False


def create_workspace(user: User, name: str, timezone: str, *, by: Actor) -> Workspace:
    """Make a workspace with `user` as its owner. `by.teammate` need not be set. Raises Refused."""
    name = " ".join(name.split())
    if not name:
        raise Refused("Give the workspace a name: your company's, say.")
    if len(name) > NAME_LENGTH:
        raise Refused(f"A workspace's name has at most {NAME_LENGTH} letters.")
    if not is_zone(timezone):
        raise Refused("Choose a time zone from the list.")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FIRST])
        if by.via != "command line" and not may_create_workspace(user):
            raise Refused("No further workspace can be made here. Ask the one who runs this installation.")
        workspace = _with_free_slug(name, timezone)
        handle = free_handle(workspace, user.name or user.email or "")
        owner = Teammate.objects.create(workspace=workspace, user=user, role=Role.OWNER, handle=handle)
        if user.timezone == "UTC" and timezone != "UTC":
            user.timezone = timezone
            user.save(update_fields=["timezone"])
        record("workspace.created", workspace=workspace, by=by.as_teammate(owner), subject=name, slug=workspace.slug,
               timezone=timezone)  # fmt: skip
        furnish(workspace, owner)
    return workspace


def furnish(workspace: Workspace, owner: Teammate) -> None:
    """Have the floors above give a new workspace what it begins with, in the caller's transaction."""
    for hook in made:
        hook(workspace, owner)


def slug_for(name: str) -> str:
    """Return a slug made from a name in any script, "company" where nothing of it can be written in ASCII."""
    plain = transliterate(name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_LENGTH].strip("-") or "company"


def _with_free_slug(name: str, timezone: str) -> Workspace:
    base = slug_for(name)
    for suffix in chain([""], (f"-{number}" for number in count(2))):
        slug = base[: SLUG_LENGTH - len(suffix)] + suffix
        if slug in RESERVED or Workspace.objects.filter(slug=slug).exists():
            continue
        try:
            with transaction.atomic():
                return Workspace.objects.create(slug=slug, name=name, timezone=timezone)
        except IntegrityError:
            continue  # somebody else took it between the look and the write
    raise AssertionError("count() does not end")


def _made_by(user: User) -> int:
    return Teammate.objects.active().filter(user=user, role=Role.OWNER).count()
