"""Over random teams, roles, private conversations and texts: those are told who are named and may see it, and nobody
else is ever shown a word of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from inbox.conversations import actions
from inbox.conversations.sight import who_sees
from inbox.desk.noticed import visible_notices
from inbox.models import Conversation, GuestAccess, Mention
from inbox.people.models import Teammate
from inbox.people.models.workspaces import Availability, Role
from notifications.models import Delivery, Notice
from tests.factories import make_conversation, make_team, make_teammate, make_workspace
from tests.notifications.conftest import work

pytestmark = pytest.mark.django_db(transaction=True)

HANDLES = ("al", "alice", "bob", "bob.b", "c-3po", "dora")
TEAMS = ("sales", "vip")


@dataclass
class Person:
    """What the rule looks at, in plain values."""

    handle: str
    role: str
    is_here: bool
    available: bool
    teams: frozenset[str]
    guest: str  # "", "running" or "over"


@dataclass
class World:
    people: list[Person]
    team: str  # of the conversation: "" for none
    private: frozenset[str]
    author: int
    words: list[str] = field(default_factory=list)


person = st.builds(
    Person,
    handle=st.just(""),
    role=st.sampled_from([role.value for role in Role]),
    is_here=st.sampled_from([True, True, True, False]),
    available=st.booleans(),
    teams=st.frozensets(st.sampled_from(TEAMS)),
    guest=st.sampled_from(["", "", "running", "over"]),
)
# Pieces that name, and pieces that only look like it.
NAMING = [f"@{handle}" for handle in (*HANDLES, *TEAMS, "here")]
OTHERS = [
    "@ALICE", "@bob.", "(@al)", "`@dora`", "dora@al.com", "@allan", "@bob.bb", "@alice/x", "https://x.test/@bob", "hm",
    "@аl", "@nobody", "@c-3po!",
]  # fmt: skip
# What the pieces above name, as a reader sees it.
MEANT = {**{piece: piece[1:] for piece in NAMING}, "@ALICE": "alice", "@bob.": "bob", "(@al)": "al", "@c-3po!": "c-3po"}
worlds = st.builds(
    World,
    people=st.lists(person, min_size=len(HANDLES), max_size=len(HANDLES)),
    team=st.sampled_from(["", *TEAMS]),
    private=st.frozensets(st.sampled_from(TEAMS)),
    author=st.integers(0, len(HANDLES) - 1),
    words=st.lists(st.sampled_from(NAMING + OTHERS), max_size=6),
)


def allowed(world: World, one: Person) -> bool:
    """The rule, said plainly: who works here, and the team is none, open, theirs, or they are owner, admin or guest."""
    if not one.is_here:
        return False
    if not world.team or world.team not in world.private:
        return True
    return one.role in ("owner", "admin") or world.team in one.teams or one.guest == "running"


def named(world: World) -> set[str]:
    """Whom the pieces of the text name, but for the author. A private team has no name for who is not in it."""
    found = set()
    author = world.people[world.author]
    known = {name for name in TEAMS if name not in world.private or name in author.teams}
    known |= set(TEAMS) if author.role in ("owner", "admin") else set()
    for meant in (MEANT.get(word, "") for word in world.words):
        for one in world.people:
            by_team = meant in known and meant in one.teams
            by_here = meant == "here" and one.available
            if one.handle == meant or by_team or by_here:
                found.add(one.handle)
    return found - {world.people[world.author].handle}


def build(world: World) -> tuple[Conversation, dict[str, Teammate]]:
    workspace = make_workspace(email_after_seconds=0)
    mates = {}
    for handle, one in zip(HANDLES, world.people, strict=True):
        one.handle = handle
        mates[handle] = make_teammate(
            workspace,
            handle,
            role=one.role,
            availability=Availability.AVAILABLE if one.available else Availability.AWAY,
            left_at=None if one.is_here else timezone.now(),
        )
    teams = {
        name: make_team(
            workspace, name, tuple(mates[one.handle] for one in world.people if name in one.teams),
            is_private=name in world.private,
        )
        for name in TEAMS
    }  # fmt: skip
    conversation = make_conversation(workspace)
    if world.team:
        actions.move(conversation, teams[world.team], by=None)
    hour = timedelta(hours=1)
    for one in world.people:
        if one.guest:
            ends_at = timezone.now() + (hour if one.guest == "running" else -hour)
            GuestAccess.objects.create(
                workspace=workspace, conversation=conversation, teammate=mates[one.handle], ends_at=ends_at
            )
    return conversation, mates


# A failing world is small enough as it is: finding a smaller one takes minutes.
@settings(
    max_examples=40,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(world=worlds)
def test_those_are_told_who_are_named_and_may_see_it(world: World, settings) -> None:
    settings.MAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox.clear()
    conversation, mates = build(world)
    author = world.people[world.author]
    secret = f"sesame{conversation.pk}x"
    text = f"{' '.join(world.words)} {secret}"
    if author.is_here and not allowed(world, author):
        with pytest.raises(actions.Refused):
            actions.note(conversation, mates[author.handle], text)
        return
    assume(allowed(world, author))
    actions.note(conversation, mates[author.handle], text)
    work()
    may = {one.handle for one in world.people if allowed(world, one)}
    expected = named(world) & may
    mine = Delivery.objects.filter(workspace_id=conversation.workspace_id, teammate__isnull=False)
    assert {row.teammate.handle for row in mine.filter(transport="inapp").select_related("teammate")} == expected
    assert {handle for handle, mate in mates.items() if visible_notices(mate).exists()} == expected
    assert {to for letter in mail.outbox for to in letter.to} == {mates[handle].email for handle in expected}
    told = Mention.objects.filter(conversation=conversation, told_at__isnull=False).select_related("teammate")
    assert {row.teammate.handle for row in told} == expected
    assert set(who_sees(Conversation.objects.get(pk=conversation.pk)).values_list("handle", flat=True)) == may
    # Not a word of it to anybody else, in whatever is kept or sent.
    for row in mine:
        if secret in json.dumps(row.payload):
            assert row.teammate and row.teammate.handle in may
    for notice in Notice.objects.filter(workspace_id=conversation.workspace_id, body__contains=secret):
        assert notice.teammate.handle in may
    # Sight, asked from either side, is one rule.
    for handle, mate in mates.items():
        seen = Conversation.objects.visible_to(mate).filter(pk=conversation.pk).exists()
        if mate.left_at is None:
            assert seen == (handle in may)
