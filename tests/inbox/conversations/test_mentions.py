"""Whom a note names is told; whom an edit names no more is told no more; who may not see it hears nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox.conversations import actions, follows, guests, notes
from inbox.conversations.mentions import MOST_NAMED, MOST_TOLD
from inbox.conversations.text import TextRefused
from inbox.fragments import message_html
from inbox.models import Follow, GuestAccess, Mention, Message
from inbox.people.audit import Actor
from inbox.people.handles import rename_handle
from inbox.people.models import AuditFact, Teammate, TeamMembership, User
from inbox.people.models.workspaces import Availability, Role
from inbox.people.permissions import Forbidden
from notifications.models import Event
from tests.factories import make_conversation, make_team, make_teammate, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace():
    return make_workspace()


@pytest.fixture
def ada(workspace):
    return make_teammate(workspace, "ada")


@pytest.fixture
def bea(workspace):
    return make_teammate(workspace, "bea")


@pytest.fixture
def conversation(workspace):
    return make_conversation(workspace)


def told(note: Message) -> set[str]:
    """Return who was told of a note, as the spine knows it."""
    events = Event.objects.filter(kind="mention.created", data__seq=note.seq, settled_at=None)
    return {event.data["mentioned"] for event in events}


def private(workspace, conversation, *members: Teammate):
    team = make_team(workspace, members=members, is_private=True)
    actions.move(conversation, team, by=None)
    return team


def test_who_is_named_is_told_once_and_follows_from_then_on(workspace, ada, bea, conversation) -> None:
    note = actions.note(conversation, ada, "@bea, could @BEA. look? `@ada` @nobody")
    assert told(note) == {"@bea"}
    assert Mention.objects.filter(message=note).values_list("teammate__handle", "handle").get() == ("bea", "bea")
    assert follows.follows(conversation, bea) and follows.follows(conversation, ada)


def test_a_reply_names_nobody(ada, bea, conversation) -> None:
    reply = actions.reply(conversation, ada, "@bea will help you")
    assert not Mention.objects.exists()
    assert "mention" not in message_html(Message.objects.select_related("teammate__user").get(pk=reply.pk))


def test_naming_oneself_is_a_pill_and_no_news(ada, conversation) -> None:
    note = actions.note(conversation, ada, "note to self @ada")
    assert told(note) == set()
    assert 'class="mention"' in message_html(note)


def test_a_handle_that_begins_another_is_not_that_one(workspace, ada, conversation) -> None:
    make_teammate(workspace, "al")
    make_teammate(workspace, "alice")
    assert told(actions.note(conversation, ada, "@alice")) == {"@alice"}
    assert told(actions.note(conversation, ada, "@al, hm")) == {"@al"}


def test_a_team_and_here_are_those_of_them_who_may_see_it(workspace, ada, bea, conversation) -> None:
    cem = make_teammate(workspace, "cem", availability=Availability.AWAY)
    dan = make_teammate(workspace, "dan", left_at=timezone.now())
    make_team(workspace, "support", (ada, cem, dan))
    note = actions.note(conversation, ada, "@support please")
    assert told(note) == {"@cem"}
    assert note.data["mentions"]["support"]["count"] == 1
    assert told(actions.note(conversation, ada, "@here look")) == {"@bea"}


def test_who_cannot_see_it_is_told_nothing(workspace, ada, bea, conversation) -> None:
    owner = make_teammate(workspace, "olga", role=Role.OWNER)
    private(workspace, conversation, ada)
    note = actions.note(conversation, ada, "@bea @olga @here")
    assert told(note) == {f"@{owner.handle}"}
    assert Mention.objects.get(message=note, teammate=bea).told_at is None
    assert not Event.objects.filter(kind="mention.created", data__mentioned="@bea").exists()
    assert not Follow.objects.filter(teammate=bea).exists()


def test_people_of_another_workspace_do_not_exist(ada, conversation) -> None:
    make_teammate(make_workspace(), "zoe")
    here, nowhere = (actions.note(conversation, ada, f"@{name}") for name in ("zoe", "zzz"))
    assert message_html(here).count("mention") == message_html(nowhere).count("mention") == 0
    assert not Mention.objects.exists()


def test_an_edit_adds_and_withdraws(workspace, ada, bea, conversation) -> None:
    cem = make_teammate(workspace, "cem")
    note = actions.note(conversation, ada, "@bea look")
    edited = notes.edit(conversation, note.seq, ada, "@cem look")
    assert told(note) == {"@cem"}
    assert Mention.objects.get(teammate=bea).withdrawn_at is not None
    assert cem.mentions.get().told_at is not None
    assert "edited" in message_html(edited)
    conversation.refresh_from_db()
    assert conversation.last_text == "@cem look"
    action = Message.objects.filter(conversation=conversation).order_by("-seq")[0]
    assert (action.action, action.data["seq"], action.public_seq) == ("edited", note.seq, None)
    # What they were told was taken back, so who is named again is told again.
    notes.edit(conversation, note.seq, ada, "@cem and @bea look")
    assert told(note) == {"@cem", "@bea"}
    assert Mention.objects.get(teammate=bea).withdrawn_at is None


def test_who_has_just_lost_sight_leaves_no_note(workspace, ada, bea, conversation) -> None:
    note = actions.note(conversation, bea, "mine")
    private(workspace, conversation, ada)
    for late in (
        lambda: actions.note(conversation, bea, "too late"),
        lambda: notes.edit(conversation, note.seq, bea, "too late"),
    ):
        with pytest.raises(actions.Refused) as refused:
            late()
        assert refused.value.code == "no_sight"


def test_only_its_author_edits_a_note_and_a_reply_stays(ada, bea, conversation) -> None:
    note = actions.note(conversation, ada, "mine")
    reply = actions.reply(conversation, ada, "said")
    for seq, by, code in ((note.seq, bea, "not_yours"), (reply.seq, ada, "not_a_note"), (999, ada, "not_a_note")):
        with pytest.raises(actions.Refused) as refused:
            notes.edit(conversation, seq, by, "changed")
        assert refused.value.code == code
    assert list(Message.objects.filter(text="changed")) == []


def test_words_that_are_no_names_refuse_no_note(ada, conversation) -> None:
    assert actions.note(conversation, ada, " ".join(f"@Param{n}" for n in range(MOST_NAMED + 10)))


def test_too_many_people_are_refused(workspace, ada, conversation) -> None:
    mates = [make_teammate(workspace) for _ in range(MOST_NAMED + 1)]
    with pytest.raises(TextRefused) as refused:
        actions.note(conversation, ada, " ".join(f"@{mate.handle}" for mate in mates))
    assert str(MOST_NAMED) in refused.value.detail and str(len(mates)) in refused.value.detail


def test_too_many_names_are_refused_and_nothing_is_stored(workspace, ada, conversation) -> None:
    before = conversation.messages.count()
    with pytest.raises(TextRefused) as refused:
        actions.note(conversation, ada, " ".join(f"@mate{n}" for n in range(500)))
    assert refused.value.code == "too_many_mentions"
    assert str(MOST_NAMED) in refused.value.detail and "500" in refused.value.detail
    assert conversation.messages.count() == before


def test_here_tells_no_more_than_a_note_may(workspace, ada, conversation) -> None:
    users = User.objects.bulk_create(User(email=f"m{n}@x.test", name=f"M {n}") for n in range(MOST_TOLD + 1))
    Teammate.objects.bulk_create(
        Teammate(workspace=workspace, user=user, handle=f"many{n}") for n, user in enumerate(users)
    )
    with pytest.raises(TextRefused) as refused:
        actions.note(conversation, ada, "@here")
    assert refused.value.code == "too_many_mentions" and "501" in refused.value.detail


def test_an_old_note_shows_what_it_meant(workspace, ada, bea, conversation) -> None:
    note = actions.note(conversation, ada, "@bea look")
    rename_handle(bea, "beatrice", by=Actor(bea))
    assert f'data-mate="{bea.public_id}"' in message_html(note)
    # The handle that was given up stays theirs.
    assert told(actions.note(conversation, ada, "@bea again")) == {"@beatrice"}
    Teammate.objects.filter(pk=bea.pk).update(left_at=timezone.now())
    assert "@bea" in message_html(Message.objects.select_related("teammate__user").get(pk=note.pk))
    assert told(actions.note(conversation, ada, "@beatrice gone")) == set()


def test_a_name_is_no_markup(workspace, ada, conversation) -> None:
    make_teammate(workspace, "eve", name='<b onmouseover="x">Eve</b>')
    html = message_html(actions.note(conversation, ada, "<i>@eve</i> & co"))
    assert "<b onmouse" not in html and "<i>" not in html and "&amp; co" in html


def test_a_note_asks_the_same_number_of_questions_however_many_it_names(workspace, ada, conversation) -> None:
    mates = [make_teammate(workspace) for _ in range(12)]

    def asked(text: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            actions.note(conversation, ada, text)
        return sum("SELECT" in query["sql"][:8] for query in queries.captured_queries)

    assert asked(" ".join(f"@{mate.handle}" for mate in mates[:2])) == asked(
        " ".join(f"@{mate.handle}" for mate in mates[2:])
    )


def test_a_guest_sees_one_conversation_for_a_time_and_hears_of_what_named_them(
    workspace, ada, bea, conversation
) -> None:
    private(workspace, conversation, ada)
    other = make_conversation(workspace)
    actions.move(other, conversation.__class__.objects.get(pk=conversation.pk).team, by=None)
    note = actions.note(conversation, ada, "@bea?")
    access = guests.give(conversation, bea, by=Actor(ada))
    seen = conversation.__class__.objects.visible_to(bea)
    assert set(seen.values_list("pk", flat=True)) == {conversation.pk}
    assert told(note) == {"@bea"}
    assert 23 < (access.ends_at - timezone.now()).total_seconds() / 3600 <= 24
    assert AuditFact.objects.filter(kind="access.given", subject="@bea").exists()
    assert actions.assign(conversation, bea, by=ada).assignee_id == bea.pk
    GuestAccess.objects.filter(pk=access.pk).update(ends_at=timezone.now() - timedelta(seconds=1))
    # Over is over, whether or not a worker has looked.
    assert not seen.all().exists()
    assert guests.end_due() == 1 and guests.end_due() == 0
    done = Message.objects.filter(conversation=conversation, kind="action").order_by("-seq")[0]
    assert (done.action, done.data["to"]) == ("access_ended", "Bea")


def test_a_guest_gives_nobody_access_and_an_outsider_neither(workspace, ada, bea, conversation) -> None:
    cem, vic = make_teammate(workspace, "cem"), make_teammate(workspace, "vic", role=Role.VIEWER)
    team = private(workspace, conversation, ada, vic)
    guests.give(conversation, bea, by=Actor(ada))
    for by in (bea, cem, vic):
        with pytest.raises((actions.Refused, Forbidden)):
            guests.give(conversation, cem, by=Actor(by))
    with pytest.raises(actions.Refused):
        guests.give(conversation, vic, by=Actor(ada))  # sees it already
    with pytest.raises(actions.Refused):
        guests.give(conversation, make_teammate(make_workspace(), "far"), by=Actor(ada))
    with pytest.raises(actions.Refused):
        guests.give(conversation, cem, by=Actor(ada), lasts=timedelta(days=31))
    assert GuestAccess.objects.count() == 1
    assert TeamMembership.objects.filter(team=team).count() == 2


def test_moving_a_conversation_on_ends_its_guests(workspace, ada, bea, conversation) -> None:
    private(workspace, conversation, ada)
    guests.give(conversation, bea, by=Actor(ada))
    actions.assign(conversation, bea, by=ada)
    actions.move(conversation, make_team(workspace, members=(ada,), is_private=True), by=ada)
    assert not conversation.__class__.objects.visible_to(bea).exists()
    conversation.refresh_from_db()
    assert conversation.assignee is None


def test_a_private_team_has_no_name_for_those_who_are_not_in_it(workspace, ada, bea, conversation) -> None:
    make_team(workspace, "layoffs", (bea,), is_private=True)
    note = actions.note(conversation, ada, "@layoffs")
    assert told(note) == set() and note.data == {}
    assert told(actions.note(conversation, bea, "@layoffs")) == set()  # she is the only one in it
    owner = make_teammate(workspace, "olga", role=Role.OWNER)
    assert told(actions.note(conversation, owner, "@layoffs")) == {"@bea"}


def test_a_guest_does_not_move_the_conversation_to_where_they_see_it_for_ever(
    workspace, ada, bea, conversation
) -> None:
    private(workspace, conversation, ada)
    guests.give(conversation, bea, by=Actor(ada))
    with pytest.raises(actions.Refused) as refused:
        actions.move(conversation, None, by=bea)
    assert refused.value.code == "guest_may_not_move"
    assert conversation.__class__.objects.get(pk=conversation.pk).team is not None


def test_more_time_is_said_like_the_first(workspace, ada, bea, conversation) -> None:
    private(workspace, conversation, ada)
    guests.give(conversation, bea, by=Actor(ada), lasts=timedelta(hours=1))
    guests.give(conversation, bea, by=Actor(ada), lasts=timedelta(hours=1))
    guests.give(conversation, bea, by=Actor(ada), lasts=timedelta(days=2))
    given = Message.objects.filter(conversation=conversation, action="access_given")
    assert given.count() == AuditFact.objects.filter(kind="access.given").count() == 2


def test_who_comes_to_see_it_is_told_what_named_them(workspace, ada, bea, conversation) -> None:
    cem = make_teammate(workspace, "cem")
    team = private(workspace, conversation, ada)
    note = actions.note(conversation, ada, "@bea @cem")
    assert told(note) == set()
    TeamMembership.objects.create(workspace=workspace, team=team, teammate=cem)
    guests.tell_newly_sighted()
    assert told(note) == {"@cem"}
    actions.move(conversation, None, by=ada)
    assert told(note) == {"@bea", "@cem"}


def test_a_team_or_here_makes_no_followers(workspace, ada, bea, conversation) -> None:
    actions.note(conversation, ada, "@here")
    assert not follows.follows(conversation, bea)
    note = actions.note(conversation, ada, "@bea")
    assert follows.follows(conversation, bea)
    notes.edit(conversation, note.seq, ada, "nobody")
    assert not follows.follows(conversation, bea)
