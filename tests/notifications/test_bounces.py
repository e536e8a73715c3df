"""Addresses whose mail comes back: what a server's or a provider's words mean, and the way back."""

from __future__ import annotations

import smtplib
from types import SimpleNamespace

import pytest
from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused

from notifications import bounces
from notifications.models import BouncedAddress

REPLIES = {
    (550, b"5.1.1 <bea@shop.test>: Recipient address rejected: User unknown"): True,
    (550, b"5.1.10 RESOLVER.ADR.RecipientNotFound"): True,
    (550, b"5.2.1 The email account that you tried to reach is disabled"): True,
    (550, b"no such user"): True,
    (553, b"sorry, that domain isn't in my list"): True,
    (550, b"5.7.1 Message rejected as spam"): False,
    (550, b"relaying denied"): False,
    (554, b"5.7.1 Relay access denied"): False,
    (552, b"5.2.2 Mailbox full"): False,
    (553, b"5.1.8 Sender address rejected: Domain not found"): False,
    (554, b"transaction failed"): False,
}


@pytest.mark.parametrize("reply", REPLIES)
def test_a_servers_reply_says_whether_it_is_the_address(reply) -> None:
    error = smtplib.SMTPRecipientsRefused({"bea@shop.test": reply})
    assert bool(bounces.refusal_of(error)) is REPLIES[reply]


def test_other_errors_say_nothing_of_the_address() -> None:
    for error in (smtplib.SMTPDataError(554, b"5.1.1"), OSError(), AnymailAPIError("no", status_code=422)):
        assert bounces.refusal_of(error) == ""
    assert bounces.refusal_of(AnymailRecipientsRefused())


@pytest.mark.django_db
def test_an_address_bounces_until_its_owner_says_that_it_works() -> None:
    bounces.note_bounce(" Bea@Shop.test ", "550 5.1.1\r\nno such user\x07" + "x" * 500)
    bounces.note_bounce("bea@shop.test", "again")
    assert bounces.bounced("BEA@shop.test").reason == "again"
    assert BouncedAddress.objects.count() == 1
    bounces.works_again("bea@SHOP.test")
    bounces.works_again("bea@shop.test")
    assert bounces.bounced("bea@shop.test") is None


@pytest.mark.django_db
def test_a_reason_is_one_short_line() -> None:
    bounces.note_bounce("bea@shop.test", "550 5.1.1\r\nno such\x00 user\x07" + "x" * 500)
    reason = bounces.bounced("bea@shop.test").reason
    assert reason.startswith("550 5.1.1 no such user")
    assert len(reason) == bounces.LONGEST_REASON


def told(kind: str, reason: str | None = None, **esp: str) -> SimpleNamespace:
    return SimpleNamespace(
        event_type=kind, reject_reason=reason, recipient="bea@shop.test", mta_response=None, description=None,
        esp_event=esp,
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("event", "gives_up"),
    [(told("bounced"), True), (told("bounced", type="blocked"), False), (told("bounced", Type="SoftBounce"), False),
     (told("rejected", "invalid"), True), (told("rejected", "bounced"), True), (told("rejected", "timed_out"), False),
     (told("rejected", "other"), False), (told("rejected"), False), (told("complained"), True),
     (told("deferred"), False), (told("delivered"), False), (told("failed"), False), (told("unsubscribed"), False)],
)  # fmt: skip
def test_a_provider_tells_what_became_of_a_letter(event, gives_up) -> None:
    bounces.heard(None, event, "Any")
    assert (bounces.bounced("bea@shop.test") is not None) is gives_up
