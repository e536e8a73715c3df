"""What a mail provider found of the sender, as each of them says it."""

from __future__ import annotations

from email import message_from_string, policy
from types import SimpleNamespace
from typing import Any

import pytest

from inbox.mailing.verdicts import is_forged, verdict_of

SENDER = "bea@shop.test"


def verdict(headers: str = "", esp: str = "", event: Any = None) -> dict[str, str]:
    letter = message_from_string(f"{headers}\n\nHello", policy=policy.default)
    return verdict_of(letter, SENDER, esp, event)


GMAIL = (
    "Authentication-Results: mx.google.com;\n       dkim=pass header.i=@shop.test header.s=a header.b=Ab1;\n"
    "       spf={spf} (google.com: domain of bea@shop.test designates; spf=pass) smtp.mailfrom=bea@shop.test;\n"
    "       dmarc={dmarc} (p=REJECT sp=REJECT dis=NONE) header.from=shop.test"
)


def test_the_header_of_rfc_8601_is_read() -> None:
    assert verdict(GMAIL.format(spf="fail", dmarc="pass")) == {"dkim": "pass", "spf": "fail", "dmarc": "pass"}


def test_only_the_topmost_header_counts_the_others_came_with_the_letter() -> None:
    assert is_forged(verdict(f"{GMAIL.format(spf='pass', dmarc='fail')}\n{GMAIL.format(spf='pass', dmarc='pass')}"))


@pytest.mark.parametrize(
    ("found", "forged"),
    [({}, False), ({"dmarc": "fail", "spf": "pass", "dkim": "pass"}, True), ({"dmarc": "pass", "spf": "fail"}, False),
     ({"spf": "fail"}, True), ({"spf": "fail", "dkim": "pass"}, False), ({"spf": "softfail"}, False),
     ({"dmarc": "none", "spf": "fail"}, True), ({"dmarc": "none"}, False)],
)  # fmt: skip
def test_dmarc_decides_and_spf_where_it_is_silent(found, forged) -> None:
    assert is_forged(found) is forged


def test_a_signature_of_another_domain_excuses_nothing() -> None:
    for signer in ("evil.test", "notshop.test", "test"):
        told = f"Authentication-Results: mx.test; spf=fail smtp.mailfrom=x; dkim=pass header.d={signer} header.s=1"
        assert is_forged(verdict(told)), signer
    assert not is_forged(verdict("Authentication-Results: mx.test; spf=fail; dkim=pass header.d=mail.shop.test"))


@pytest.mark.parametrize(
    ("esp", "headers", "event", "forged"),
    [
        ("Postmark", "Received-SPF: Fail (sender SPF not authorized) identity=mailfrom", {}, True),
        ("Postmark", "Received-SPF: Pass (sender SPF authorized) identity=mailfrom", {}, False),
        ("Postmark", "Received-SPF: Fail (no)\nX-Spam-Tests: DKIM_SIGNED,DKIM_VALID,DKIM_VALID_AU,SPF_FAIL", {}, False),
        ("Mailgun", "X-Mailgun-Spf: Fail", {}, True),
        ("Mailgun", "X-Mailgun-Spf: Pass\nX-Mailgun-Dkim-Check-Result: Pass", {}, False),
        ("SendGrid", "", SimpleNamespace(POST={"SPF": "fail", "dkim": "none"}), True),
        ("SendGrid", "", SimpleNamespace(POST={"SPF": "fail", "dkim": "{@evil.test : pass}"}), True),
        ("SendGrid", "", SimpleNamespace(POST={"SPF": "fail", "dkim": "{@shop.test : pass}"}), False),
        ("SendGrid", "", SimpleNamespace(POST={"SPF": "pass", "dkim": "none"}), False),
        ("Amazon SES", "", {"receipt": {"spfVerdict": {"status": "PASS"}, "dmarcVerdict": {"status": "FAIL"}}}, True),
        ("Amazon SES", "", {"receipt": {"spfVerdict": {"status": "GRAY"}, "dmarcVerdict": {"status": "GRAY"}}}, False),
        ("Mandrill", "", {"msg": {"spf": {"result": "fail", "detail": "no"}}}, True),
        ("MailerSend", "", {"data": {"spf_check": {"code": "-", "value": None}}}, True),
        ("MailerSend", "", {"data": {"spf_check": {"code": "+", "value": None}}}, False),
        ("Postal", "", {"anything": []}, False),
    ],
)
def test_each_provider_says_it_in_its_own_way(esp, headers, event, forged) -> None:
    assert is_forged(verdict(headers, esp, event)) is forged


@pytest.mark.parametrize("esp", ["Amazon SES", "SendGrid", "Mandrill", "MailerSend", "Postmark", "Mailgun", "New one"])
@pytest.mark.parametrize("event", [None, {}, [], "text", {"receipt": None, "msg": [], "data": {"spf_check": 3}}])
def test_what_they_do_not_say_is_no_verdict(esp, event) -> None:
    assert verdict("", esp, event) == {}


def test_what_came_with_the_letter_does_not_contradict_the_provider() -> None:
    forged = "Authentication-Results: mx.test; dmarc=pass\nReceived-SPF: Fail (not authorized)"
    assert is_forged(verdict(forged, "Postmark", {}))
