"""What came over of a conversation comes once: what was said since is added, an undo takes it back."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from imports import control
from imports.errors import ImportRefused
from imports.intercom import conversations
from imports.intercom.beginning import begin
from imports.models import Batch, BatchKind, Import, ImportStatus
from inbox.conversations import actions
from inbox.models import Contact, Conversation, Message
from inbox.people.audit import COMMAND_LINE
from inbox.people.models import Workspace
from tests.factories import make_teammate
from tests.imports.intercom.people import DAY, NOON, by_id, read, start, sync, work_all
from tests.imports.intercom.talks import ADMIN, at, part, said, talk, unread_by, user
from tests.stand_ins.intercom import Intercom

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_was_said_since_is_added_and_nothing_twice(there_with_people: Intercom, workspace: Workspace) -> None:
    first = part(1, "We look.", ADMIN)
    there_with_people.conversations = by_id(talk(1, first), talk(2))
    sync(workspace, conversations=True)
    there_with_people.calls.clear()
    same = sync(workspace, conversations=True)
    assert same.others.get("conversations") is None
    assert there_with_people.calls["GET conversations/*"] == 0
    assert there_with_people.calls["POST conversations/search"] == 1
    there_with_people.conversations["1"] = talk(
        1, first, part(2, "And?", user()), part(3, "aside", ADMIN, "note"), part(4, "Done.", ADMIN, "close"),
        state="closed", updated_at=NOON + DAY,
    )  # fmt: skip
    again = sync(workspace, conversations=True)
    assert again.others["conversations"] == {"created": 0, "updated": 1, "unchanged": 0, "refused": 0}
    one = Conversation.objects.get(number=1)
    assert [(seq, public, text) for seq, public, *_, text in said(one)] == [
        (1, 1, "Hello?"), (2, 2, "We look."), (3, 3, "And?"), (4, None, "aside"), (5, 4, "Done."),
    ]  # fmt: skip
    assert (one.last_seq, one.last_public_seq, one.status, one.last_text) == (5, 4, "closed", "Done.")
    full = sync(workspace, conversations=True, full=True)
    assert full.others["conversations"] == {"created": 0, "updated": 0, "unchanged": 2, "refused": 0}


def test_what_was_done_here_since_is_not_undone_by_intercom(there_with_people: Intercom, workspace: Workspace) -> None:
    mate = make_teammate(workspace)
    type(mate).objects.filter(pk=mate.pk).update(created_at=at(-600))
    there_with_people.conversations = by_id(talk(1))
    sync(workspace, conversations=True)
    one = Conversation.objects.get()
    actions.reply(one, Contact.objects.get(external_id="u1"), "I write here now")
    there_with_people.conversations["1"] = talk(
        1, part(1, "Late word", ADMIN, "close"), state="closed", updated_at=NOON + DAY
    )
    sync(workspace, conversations=True)
    one.refresh_from_db()
    assert [text for *_, text in said(one)] == ["Hello?", "I write here now", "Late word"]
    assert (one.status, one.last_seq, one.last_public_seq, one.last_text) == ("open", 3, 3, "I write here now")
    assert one.waiting_since is not None
    mate.refresh_from_db()
    assert unread_by(mate) == 1


def test_a_trial_writes_no_conversation(there_with_people: Intercom, workspace: Workspace) -> None:
    there_with_people.conversations = by_id(talk(1), talk(2, contact=77777))
    import_ = begin(workspace, COMMAND_LINE, {"conversations": True}, dry_run=True)
    work_all()
    import_.refresh_from_db()
    assert import_.others["conversations"]["created"] == 2 and not Conversation.objects.exists()
    control.start(import_, COMMAND_LINE)
    work_all()
    import_.refresh_from_db()
    assert import_.others["conversations"]["created"] == 1 == Conversation.objects.count()


def test_an_undo_takes_them_back_but_for_those_that_were_gone_on_with(
    there_with_people: Intercom, workspace: Workspace
) -> None:
    there_with_people.conversations = by_id(talk(1), talk(2, contact=2))
    import_ = sync(workspace, conversations=True)
    two = Conversation.objects.get(contact__external_id="u2")
    actions.reply(two, Contact.objects.get(external_id="u2"), "Still there?")
    control.undo(import_, COMMAND_LINE)
    work_all()
    import_.refresh_from_db()
    assert import_.status == ImportStatus.UNDONE
    assert list(Conversation.objects.values_list("pk", flat=True)) == [two.pk]
    assert list(Contact.objects.values_list("external_id", flat=True)) == ["u2"]


def test_a_batch_reads_and_writes_in_a_constant_number_of_queries(
    there_with_people: Intercom, workspace: Workspace
) -> None:
    def queries(first: int, count: int) -> tuple[int, int]:
        talks = [talk(first + n, part(1, "ok", ADMIN), updated_at=NOON + DAY) for n in range(count)]
        there_with_people.conversations = by_id(*talks)
        import_ = read(start(workspace, conversations=True, full=True))
        batch = Batch.objects.get(parent=import_, kind=BatchKind.CONVERSATIONS)
        counted = []
        for talked in talks:
            talked["conversation_parts"]["conversation_parts"].append(part(2, "more", user()))
        with transaction.atomic(), CaptureQueriesContext(connection) as found:
            assert conversations.apply(batch).created == count
        counted.append(len(found))
        Import.objects.update(status=ImportStatus.FINISHED)
        batch = Batch.objects.get(
            parent=read(start(workspace, conversations=True, full=True)), kind=BatchKind.CONVERSATIONS
        )
        with transaction.atomic(), CaptureQueriesContext(connection) as found:
            assert conversations.apply(batch).updated == count
        Import.objects.update(status=ImportStatus.FINISHED)
        return counted[0], len(found)

    sync(workspace)
    assert queries(1000, 2) == queries(2000, 60)


def test_the_same_batch_twice_writes_it_once(there_with_people: Intercom, workspace: Workspace) -> None:
    there_with_people.conversations = by_id(*(talk(n, part(1, "ok", ADMIN)) for n in range(5)))
    import_ = sync(workspace, conversations=True)
    batch = Batch.objects.get(parent=import_, kind=BatchKind.CONVERSATIONS)
    before = list(Message.objects.order_by("pk").values())
    with transaction.atomic():
        again = conversations.apply(batch)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 5)
    assert list(Message.objects.order_by("pk").values()) == before


def test_the_undo_says_how_many_conversations_keep_what_was_added_to_them(
    there_with_people: Intercom, workspace: Workspace
) -> None:
    def page(import_: Import, rest: str = "") -> str:
        answer = client.get(f"/imports/{import_.public_id}/{rest}")
        assert answer.status_code == 200
        return " ".join(strip_tags(answer.content.decode()).split())

    client = Client()
    client.force_login(
        make_teammate(workspace, role="owner").user, "allauth.account.auth_backends.AuthenticationBackend"
    )
    there_with_people.conversations = by_id(*(talk(number) for number in (1, 2, 3)))
    first = sync(workspace, conversations=True)
    assert conversations.talks_of(first) == conversations.Talks(made=3, went_on=0)
    assert "3 conversations that it made: removed." in page(first, "undo/")
    late = part(1, "Late word", ADMIN)
    for number in (1, 2):
        there_with_people.conversations[str(number)] = talk(number, late, updated_at=NOON + DAY)
    there_with_people.conversations["4"] = talk(4, updated_at=NOON + DAY)
    second = sync(workspace, conversations=True)
    assert conversations.talks_of(second) == conversations.Talks(made=1, went_on=2)
    keeps = "2 conversations that were there before keep what was added to them."
    assert keeps in page(second, "undo/")
    control.undo(second, COMMAND_LINE)
    work_all()
    second.refresh_from_db()
    assert (second.status, Conversation.objects.count()) == (ImportStatus.UNDONE, 3)
    assert Message.objects.filter(text="Late word").count() == 2
    assert "All but what it added to conversations." in page(second) and keeps in page(second)
    assert conversations.talks_of(first) == conversations.Talks(made=3, went_on=0)
    Conversation.objects.get(number=1).delete()
    assert "1 conversation that was there before keeps what was added to it." in page(second)


def test_a_sync_that_only_added_to_conversations_says_so_and_has_nothing_to_take_back(
    there_with_people: Intercom, workspace: Workspace
) -> None:
    there_with_people.conversations = by_id(talk(1))
    sync(workspace, conversations=True)
    there_with_people.conversations["1"] = talk(1, state="closed", updated_at=NOON + DAY)
    second = sync(workspace, conversations=True)
    assert conversations.talks_of(second) == conversations.Talks(made=0, went_on=1)
    with pytest.raises(ImportRefused, match="changed nothing that could be taken back"):
        control.undo(second, COMMAND_LINE)


def test_what_a_sync_made_itself_is_none_of_those_that_were_there_before(
    there_with_people: Intercom, workspace: Workspace
) -> None:
    there_with_people.conversations = by_id(talk(1))
    import_ = sync(workspace, conversations=True)
    [mine] = Conversation.objects.values_list("pk", flat=True)
    # As where a list moves under the reader, and shows it in two batches.
    Batch.objects.create(
        workspace=workspace, parent=import_, kind=BatchKind.CONVERSATIONS, number=99, verdicts={"went_on": [mine]}
    )
    assert conversations.talks_of(import_) == conversations.Talks(made=1, went_on=0)
