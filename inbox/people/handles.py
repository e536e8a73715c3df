"""Handles: one namespace a workspace for teammates and teams, in which no two names can be mistaken for one another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import count

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from inbox.people.audit import Actor, record
from inbox.people.models import FormerHandle, Team, Teammate, Workspace
from inbox.people.models.workspaces import HANDLE
from inbox.people.permissions import Permission, require
from inbox.people.skeleton import skeleton, skeleton_of

LONGEST = 39
# How many handles that somebody gave up stay theirs.
MOST_FORMER = 5
# Names that a mention, a command or an address means something else by.
RESERVED = frozenset(
    "admin admins agent agents all anyone app api bot channel contact customer desk everybody everyone frontdesk here "
    "inbox me mine new nobody none online owner owners root settings staff system team teams visitor you".split()
)
_RESERVED = frozenset(skeleton(name) for name in RESERVED)

# Letters of other scripts that are drawn like one of ours: a text that names them is worth more than "not allowed".
_DRAWN_LIKE = dict(
    zip(
        "авеԁѕіјкӏмпорԛгтухсьһαβεικνορτυχωɑɡıɩ",
        "abedsijklmnopqrtyxcbhabeikvoptuxwagil",
        strict=True,
    )
)
# What unicodedata does not take apart.
_TRANSLITERATED = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŋ": "n"}
)


class HandleRefused(ValueError):
    """This handle cannot be had. `detail` says why in words, and what to do."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


def check_handle(workspace: Workspace, wish: str, *, teammate: Teammate | None = None, team: Team | None = None) -> str:
    """Return `wish` as it is kept, if `teammate` or `team` (or somebody new) may have it. Raises HandleRefused.

    Who stores it holds the workspace's row lock from before this check: a team and a teammate are in two tables, so no
    constraint alone keeps them apart.
    """
    handle = _normalised(wish)
    like = skeleton(handle)
    if like in _RESERVED:
        raise HandleRefused(f"@{handle} is kept for Frontdesk itself. Choose another one.")
    mates = Teammate.objects.filter(workspace=workspace)
    teams = Team.objects.filter(workspace=workspace)
    former = FormerHandle.objects.filter(workspace=workspace)
    if teammate is not None:
        mates, former = mates.exclude(pk=teammate.pk), former.exclude(teammate=teammate)
    if team is not None:
        teams = teams.exclude(pk=team.pk)
    for found, whose in ((mates, "a teammate's"), (teams, "a team's")):
        for other in found.alias(like=skeleton_of("handle")).filter(like=like).values_list("handle", flat=True)[:1]:
            raise HandleRefused(
                f"@{handle} is taken already: it is {whose}. Choose another one."
                if other == handle
                else f"@{handle} looks too much like @{other}, {whose}. Choose one that nobody mixes up with it."
            )
    if former.alias(like=skeleton_of("handle")).filter(like=like).exists():
        raise HandleRefused(f"@{handle} belonged to another teammate, and stays theirs. Choose another one.")
    return handle


def free_handle(workspace: Workspace, wish: str) -> str:
    """Return a handle that nobody has, made from a name or an address in any script.

    It is free now; whoever stores it does so under the workspace's row lock, or tries again on an IntegrityError.
    """
    taken = set(_RESERVED)
    for found in (Teammate.objects, Team.objects, FormerHandle.objects):
        rows = found.filter(workspace=workspace).values_list("handle", flat=True)  # type: ignore[attr-defined]
        taken.update(skeleton(handle) for handle in rows)
    return next(handle for handle in _ideas(wish) if skeleton(handle) not in taken)


def rename_handle(teammate: Teammate, wish: str, *, by: Actor) -> None:
    """Give a teammate another handle; the one given up stays theirs. Raises HandleRefused or Forbidden."""
    if by.teammate is not None and by.teammate.pk != teammate.pk:
        require(by.teammate, Permission.MANAGE_TEAMMATES)
    try:
        with transaction.atomic():
            workspace = Workspace.objects.select_for_update(no_key=True).get(pk=teammate.workspace_id)
            locked = Teammate.objects.select_for_update(no_key=True).get(pk=teammate.pk)
            handle, before = check_handle(workspace, wish, teammate=locked), locked.handle
            if handle == before:
                return
            own = FormerHandle.objects.filter(workspace=workspace, teammate=locked).alias(like=skeleton_of("handle"))
            own.filter(like__in=[skeleton(handle), skeleton(before)]).delete()
            if skeleton(handle) != skeleton(before):
                FormerHandle.objects.create(workspace=workspace, teammate=locked, handle=before)
            _forget_oldest(locked)
            locked.handle = handle
            locked.save(update_fields=["handle"])
            record(
                "teammate.handle_changed", workspace=workspace, by=by, subject=locked.name, before=before, after=handle
            )
    except IntegrityError as error:
        raise HandleRefused("Somebody took this handle just now. Choose another one.") from error
    teammate.handle = handle


def _forget_oldest(teammate: Teammate) -> None:
    """Keep the last few only: nobody may take all handles away from those who come."""
    kept = FormerHandle.objects.filter(teammate=teammate).order_by("-given_up_at", "-id")
    FormerHandle.objects.filter(pk__in=[row.pk for row in kept[MOST_FORMER:]]).delete()


def _normalised(wish: str) -> str:
    """Return a wish in the signs that a handle may hold. Raises HandleRefused, naming the first that it may not."""
    text = unicodedata.normalize("NFKC", wish.strip()).casefold().removeprefix("@").strip()
    if not text:
        raise HandleRefused("Write a handle: small letters, digits, dots and dashes.")
    for sign in text:
        if ord(sign) > 127:
            raise HandleRefused(_strange(sign))
    if len(text) > LONGEST:
        raise HandleRefused(f"A handle has at most {LONGEST} signs. This one has {len(text)}.")
    try:
        HANDLE(text)
    except ValidationError as error:
        if not text[0].isalnum():
            raise HandleRefused("A handle begins with a letter or a digit.") from error
        wrong = next(sign for sign in text if not re.match(r"[a-z0-9_.-]", sign))
        named = "space" if wrong.isspace() else f"“{wrong}”"
        raise HandleRefused(f"A handle has no {named} in it. Use letters a to z, digits, dots, dashes.") from error
    return text


def _strange(sign: str) -> str:
    name = unicodedata.name(sign, f"U+{ord(sign):04X}").lower()
    shown = f"“{sign}”" if sign.isprintable() and not unicodedata.combining(sign) else "A sign that cannot be seen"
    if like := _DRAWN_LIKE.get(sign):
        return f"{shown} only looks like “{like}”: it is another letter ({name}). Use letters a to z."
    return f"{shown} ({name}) cannot be in a handle. Use letters a to z, digits, dots and dashes."


def _ideas(wish: str) -> Iterator[str]:
    """Yield handles for somebody of this name or address, the shortest first, without end."""
    local = wish.strip().removeprefix("@").partition("@")[0].partition("+")[0]
    words = [word for word in (_ascii(part) for part in local.split()) if word]
    base = words[0] if words else "mate"
    yield base[:LONGEST]
    if len(words) > 1:
        yield f"{base}.{words[-1]}"[:LONGEST].rstrip("._-")
    for number in count(2):
        yield f"{base[: LONGEST - len(str(number))]}{number}"


def transliterate(text: str) -> str:
    """Return `text` in small letters with accents taken off; what has no Latin form is left as it is."""
    return unicodedata.normalize("NFKD", text.casefold().translate(_TRANSLITERATED))


def _ascii(word: str) -> str:
    return re.sub(r"[^a-z0-9_.-]+", "", transliterate(word)).strip("._-")[:LONGEST].rstrip("._-")
