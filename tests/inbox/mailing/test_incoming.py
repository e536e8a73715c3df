"""Answers become notes: once, in the right place, by their author alone."""

from __future__ import annotations

import threading
from email.message import EmailMessage

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone

from inbox.conversations import actions
from inbox.mailing import addresses, incoming
from inbox.models import IncomingMail, Message
from inbox.people.models.workspaces import Role
from notifications.bounces import note_bounce
from tests.factories import make_conversation, make_team, make_teammate, make_workspace


def test_an_answer_becomes_a_note_of_its_author(answer, take, conversation, bea) -> None:
    row = take(answer("It left today.\n\nOn Sun, Nov 22, 2026 Frontdesk <d@shop.test> wrote:\n> Where is my parcel?"))
    note = Message.objects.get(conversation=conversation, kind="note")
    assert (note.text, note.teammate_id, note.public_seq) == ("It left today.", bea.pk, None)
    assert (row.outcome, row.error, row.due_at) == ("noted", "", None)
    assert not mail.outbox


def test_a_letter_is_forgotten_once_it_was_worked(answer, take) -> None:
    row = take(answer())
    assert (row.raw, row.recipient) == ("", "")


def test_an_address_in_other_letters_or_in_copy_is_the_same(answer, take, notes, bea, conversation) -> None:
    take(answer("One", From=bea.email.upper()))
    take(answer("Two", To="team@shop.test", Cc=f"x <{addresses.address_for(bea, conversation.public_id).upper()}>"))
    assert notes() == ["One", "Two"]


def test_the_work_address_of_somebody_without_a_login_of_their_own_counts(answer, take, notes, bea) -> None:
    bea.user.email = None
    bea.user.save()
    bea.work_email = "bea@work.test"
    bea.save()
    take(answer("One", From="bea@work.test"))
    assert notes() == ["One"]


def test_the_same_letter_twice_is_one_note(answer, take, notes) -> None:
    letter = answer("Once")
    take(letter)
    assert take(letter).outcome == "noted"
    assert notes() == ["Once"]
    assert IncomingMail.objects.count() == 1


def test_another_text_under_a_message_id_that_was_there_changes_nothing(answer, take, notes) -> None:
    take(answer("First", Message_ID="<same@mail.test>"))
    take(answer("Second", Message_ID="<same@mail.test>"))
    assert notes() == ["First"]


def test_a_letter_without_an_id_is_known_by_what_it_says(answer, take, notes) -> None:
    letter = answer("Once", Message_ID="")
    take(letter)
    take(letter)
    take(answer("Again", Message_ID="x" * 3000))
    assert notes() == ["Once", "Again"]


FORGED = ["mallory@evil.test", "Bea <mallory@evil.test>", "", "bea@example.test", "{bea}, mallory@evil.test"]


@pytest.mark.parametrize("sender", FORGED)
def test_a_forged_from_adds_nothing_and_hears_nothing(answer, take, notes, bea, sender) -> None:
    row = take(answer("Hand over the keys", From=sender.format(bea=bea.email)))
    assert row.outcome == "not_theirs"
    assert notes() == []
    assert not mail.outbox


def test_a_sign_that_folds_into_a_letter_is_another_sender(answer, take, notes, bea) -> None:
    bea.user.email = "beak@shop.test"
    bea.user.save()
    assert take(answer("x", From="bea\u212a@shop.test")).outcome == "not_theirs"
    assert notes() == []


def test_a_colleague_who_got_the_letter_forwarded_writes_in_nobodys_name(answer, take, notes, workspace) -> None:
    cem = make_teammate(workspace, "cem")
    assert take(answer("x", From=cem.email)).outcome == "not_theirs"
    assert notes() == []


def test_the_right_from_with_a_token_that_we_did_not_make_is_not_even_stored(answer, bea, conversation) -> None:
    address = addresses.address_for(bea, conversation.public_id)
    local, _, domain = address.rpartition("@")
    for to in (f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}", f"reply+@{domain}", f"bea@{domain}"):
        assert incoming.receive(answer("x", To=to)) is None
    assert not IncomingMail.objects.exists()


def test_the_token_of_another_conversation_adds_there_and_not_here(answer, take, notes, bea, workspace) -> None:
    other = make_conversation(workspace)
    take(answer("There", To=addresses.address_for(bea, other.public_id)))
    assert notes() == []
    assert Message.objects.filter(conversation=other, kind="note", text="There").exists()


def test_a_token_made_for_another_workspaces_conversation_opens_nothing(answer, take, bea) -> None:
    elsewhere = make_conversation(make_workspace())
    row = take(answer("x", To=addresses.address_for(bea, elsewhere.public_id)))
    assert row.outcome == "no_sight"
    assert not Message.objects.filter(conversation=elsewhere, kind="note").exists()


@pytest.mark.parametrize("found", [{"dmarc": "fail"}, {"spf": "fail"}])
def test_what_the_provider_found_forged_adds_nothing(answer, take, notes, found) -> None:
    told = "; ".join(f"{name}={word} header.from=x" for name, word in found.items())
    row = take(answer("x", Authentication_Results=f"mx.provider.test; {told}"))
    assert (row.outcome, row.verdict) == ("not_authentic", found)
    assert notes() == []
    assert not mail.outbox


def test_who_left_adds_nothing_and_hears_nothing(answer, take, notes, bea) -> None:
    letter = answer("x")
    bea.left_at = timezone.now()
    bea.save()
    assert take(letter).outcome == "left"
    assert notes() == []
    assert not mail.outbox


def test_who_may_no_longer_see_it_hears_only_that_it_was_not_added(
    answer, take, notes, bea, conversation, workspace
) -> None:
    letter = answer("x")
    actions.move(conversation, make_team(workspace, "quiet", is_private=True), by=None)
    row = take(letter)
    assert row.outcome == "no_sight"
    assert notes() == []
    [told] = mail.outbox
    assert told.to == [bea.email]
    assert told.extra_headers["Auto-Submitted"] == "auto-replied"
    assert told.extra_headers["In-Reply-To"] == letter["Message-ID"]
    for secret in ("quiet", "parcel", "see", f"#{conversation.number}", "private"):
        assert secret not in f"{told.subject} {told.body}"


def test_who_may_only_look_hears_the_same(answer, take, notes, bea) -> None:
    bea.role = Role.VIEWER
    bea.save()
    assert take(answer("x")).outcome == "may_not_write"
    assert notes() == []
    assert "was not added" in mail.outbox[0].body


def test_an_empty_answer_is_not_added(answer, take, notes) -> None:
    assert take(answer("\n> Where is my parcel?\n")).outcome == "empty"
    assert notes() == []
    assert len(mail.outbox) == 1


def test_nobody_is_told_at_an_address_whose_mail_comes_back(answer, take, bea) -> None:
    note_bounce(bea.email, "no such user")
    take(answer(""))
    assert not mail.outbox


@pytest.mark.parametrize("header", [{"Auto_Submitted": "auto-replied"}, {"Return_Path": "<>"}, {"Precedence": "bulk"}])
def test_what_a_machine_answers_is_refused_without_a_word(answer, take, notes, header) -> None:
    assert take(answer("I am away until Monday", **header)).outcome == "automatic"
    assert notes() == []
    assert not mail.outbox


def test_attachments_are_not_even_kept(answer, take, notes) -> None:
    letter = answer("See this.")
    letter.add_attachment(b"secret" * 1000, maintype="application", subtype="pdf", filename="a.pdf")
    row = incoming.receive(letter)
    assert len(row.raw) < 2000
    take(letter)
    assert notes() == ["See this.\n\n(1 attachment was left out)"]


def test_eight_bits_nul_and_foreign_letters_come_through(take, answer, notes) -> None:
    letter = EmailMessage()
    for name, value in answer("x").items():
        if name not in ("Content-Type", "Content-Transfer-Encoding", "MIME-Version"):
            letter[name] = value
    letter["Content-Type"], letter["Content-Transfer-Encoding"] = "text/plain; charset=utf-8", "8bit"
    letter.set_payload("Grüße\0 مرحبا 👋".encode().decode("ascii", "surrogateescape"))
    take(letter)
    assert notes() == ["Grüße مرحبا 👋"]


def test_what_the_letter_says_of_itself_ends_no_line_of_ours(take, answer, bea) -> None:
    take(answer("", Message_ID="<a@x> <b@x>", Subject="x"))
    [told] = mail.outbox
    assert told.message()["Bcc"] is None
    assert told.to == [bea.email]


class Killed(BaseException):
    """As if the process had ended there."""


def test_a_worker_killed_over_a_letter_leaves_it_to_the_next(answer, notes, monkeypatch) -> None:
    row = incoming.receive(answer("Once"))

    def die(*_args: object, **_named: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(incoming, "_done", die)
        with pytest.raises(Killed):
            incoming.drain()
    assert notes() == [], "the note and its outcome are one transaction"
    assert incoming.drain() == 0, "its lease runs"
    IncomingMail.objects.filter(pk=row.pk).update(due_at=timezone.now())
    incoming.drain()
    row.refresh_from_db()
    assert (row.outcome, row.attempts, notes()) == ("noted", 2, ["Once"])


def test_a_note_that_is_there_already_is_not_added_again(answer, take, notes) -> None:
    row = take(letter := answer("Once"))
    raw = letter.as_bytes().decode("latin-1")
    again = {"outcome": "", "raw": raw, "recipient": letter["To"], "due_at": timezone.now()}
    IncomingMail.objects.filter(pk=row.pk).update(**again)
    incoming.drain()
    assert notes() == ["Once"]


def test_what_fails_is_tried_again_and_given_up_in_the_end(answer, monkeypatch) -> None:
    row = incoming.receive(answer("x"))
    monkeypatch.setattr(incoming, "note_text", lambda _letter: 1 / 0)
    for _ in range(incoming.MOST_ATTEMPTS):
        IncomingMail.objects.filter(pk=row.pk).update(due_at=timezone.now())
        assert incoming.drain() == 1
    row.refresh_from_db()
    assert (row.outcome, row.due_at, row.raw) == ("failed", None, "")
    assert "ZeroDivisionError" in row.error


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_add_each_answer_once(answer, notes) -> None:
    for place in range(6):
        incoming.receive(answer(f"Answer {place}"))

    def work() -> None:
        try:
            while incoming.drain():
                pass
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(notes()) == [f"Answer {place}" for place in range(6)]


def test_old_rows_are_forgotten(answer, take) -> None:
    old, young = take(answer("Old")), take(answer("Young"))
    IncomingMail.objects.filter(pk=old.pk).update(received_at=timezone.now() - incoming.KEPT)
    incoming.forget_old()
    assert list(IncomingMail.objects.values_list("pk", flat=True)) == [young.pk]


def test_a_letter_that_cannot_be_read_is_not_kept_and_not_asked_for_again(answer, monkeypatch) -> None:
    def nested(depth: int) -> EmailMessage:
        outer = letter = answer("x")
        for _ in range(depth):
            inner = EmailMessage()
            letter.clear_content()
            letter["Content-Type"] = "multipart/mixed"
            letter.set_payload([inner])
            letter = inner
        return outer

    assert incoming.receive(nested(5000)) is None
    assert not IncomingMail.objects.exists()
