"""`manage.py receive_email FILE`: the webhook's way, without a provider."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from inbox.models import IncomingMail


def run(file: str) -> str:
    out = io.StringIO()
    call_command("receive_email", file, stdout=out)
    return out.getvalue().strip()


@pytest.fixture
def saved(tmp_path, answer):
    def save(*args: str, **headers: str) -> str:
        file = tmp_path / "answer.eml"
        file.write_bytes(answer(*args, **headers).as_bytes())
        return str(file)

    return save


def test_a_saved_answer_becomes_a_note(saved, notes) -> None:
    file = saved("It left.")
    assert run(file) == "It was added as a note."
    assert notes() == ["It left."]
    assert run(file) == "It came in before: nothing was added."
    assert notes() == ["It left."]


def test_it_reads_standard_input(answer, notes, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(answer("Piped").as_bytes())))
    assert run("-") == "It was added as a note."
    assert notes() == ["Piped"]


def test_it_says_why_an_answer_was_not_added(saved, notes) -> None:
    said = run(saved("x", From="mallory@evil.test"))
    assert said == "It was not added (not_theirs): It is not from the address that the letter went to."
    assert notes() == []


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("desk@shop.test", "It is to no reply address"),
        ("reply+aaaa@in.shop.test", "Copy Reply-To of the letter into To"),
    ],
)
def test_a_letter_to_no_reply_address_is_refused_with_what_to_do(saved, to, words) -> None:
    with pytest.raises(CommandError, match=words):
        run(saved("x", To=to))
    assert not IncomingMail.objects.exists()


def test_without_a_domain_it_says_what_to_set(saved, settings) -> None:
    file = saved("x")
    settings.INBOUND_EMAIL_DOMAIN = ""
    with pytest.raises(CommandError, match="INBOUND_EMAIL_DOMAIN is not set"):
        run(file)


def test_a_file_that_is_not_there_is_named(db) -> None:
    with pytest.raises(CommandError, match=r"/nowhere\.eml cannot be read"):
        run("/nowhere.eml")
