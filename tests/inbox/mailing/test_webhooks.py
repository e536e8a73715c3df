"""What mail providers post to us, as they document it, through django-anymail's views."""

from __future__ import annotations

import base64
import json
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from inbox.mailing import incoming, webhooks
from inbox.models import IncomingMail
from notifications.models import BouncedAddress

POSTMARK, SENDGRID, MAILGUN = "/anymail/postmark/inbound/", "/anymail/sendgrid/inbound/", "/anymail/mailgun/inbound/"
TRACKING = "/anymail/postmark/tracking/"


def postmark(letter, **changes) -> dict[str, Any]:
    """https://postmarkapp.com/developer/user-guide/inbound/parse-an-email"""
    sender, to = letter["From"].partition(" <")[2].rstrip(">"), letter["To"]
    return {
        "FromName": "Bea",
        "MessageStream": "inbound",
        "From": sender,
        "FromFull": {"Email": sender, "Name": "Bea", "MailboxHash": ""},
        "To": to,
        "ToFull": [{"Email": to, "Name": "", "MailboxHash": to.partition("+")[2].partition("@")[0]}],
        "Cc": "",
        "CcFull": [],
        "Bcc": "",
        "BccFull": [],
        "OriginalRecipient": to,
        "Subject": letter["Subject"],
        "MessageID": "73e6d360-66eb-11e1-8e72-a8904824019b",
        "ReplyTo": "",
        "MailboxHash": "",
        "Date": "Sun, 22 Nov 2026 14:06:00 +0000",
        "TextBody": letter.get_content(),
        "HtmlBody": "",
        "StrippedTextReply": "",
        "Tag": "",
        "Headers": [
            {"Name": "Return-Path", "Value": f"<{sender}>"},
            {"Name": "Received-SPF", "Value": "Pass (sender SPF authorized) identity=mailfrom; client-ip=192.0.2.1"},
            {"Name": "Message-ID", "Value": letter["Message-ID"]},
        ],
        "Attachments": [],
        **changes,
    }


def post(client: Client, address: str, body: dict[str, Any]) -> int:
    return client.post(address, json.dumps(body), content_type="application/json").status_code


def worked() -> list[str]:
    while incoming.drain():
        pass
    return list(IncomingMail.objects.order_by("id").values_list("outcome", flat=True))


def test_postmarks_letter_becomes_a_note(provider, answer, notes) -> None:
    quoting = "It left.\n\nOn Sun, Nov 22, 2026 Frontdesk wrote:\n> Where?"
    assert post(provider, POSTMARK, postmark(answer(quoting))) == 200
    assert notes() == [], "it is answered at once, and worked after that"
    assert worked() == ["noted"]
    assert notes() == ["It left."]


def test_the_same_call_again_changes_nothing(provider, answer, notes) -> None:
    call = postmark(answer("Once"))
    assert [post(provider, POSTMARK, call) for _ in range(3)] == [200, 200, 200]
    assert worked() == ["noted"]
    assert notes() == ["Once"]


def test_postmarks_verdict_is_heeded(provider, answer, notes) -> None:
    call = postmark(answer("Forged"))
    call["Headers"][1]["Value"] = "Fail (sender SPF not authorized) identity=mailfrom; client-ip=203.0.113.9"
    post(provider, POSTMARK, call)
    assert worked() == ["not_authentic"]
    assert notes() == []


def test_a_letter_with_an_empty_return_path_is_a_bounce(provider, answer, notes) -> None:
    call = postmark(answer("Undeliverable"))
    call["Headers"][0]["Value"] = "<>"
    post(provider, POSTMARK, call)
    assert worked() == ["automatic"]


def test_sendgrids_form_becomes_a_note(provider, answer, notes, bea) -> None:
    """https://www.twilio.com/docs/sendgrid/for-developers/parsing-email/setting-up-the-inbound-parse-webhook"""
    letter = answer("x")
    headers = "\n".join(f"{name}: {letter[name]}" for name in ("From", "To", "Subject", "Message-ID"))
    form = {
        "headers": headers,
        "text": "It left.",
        "envelope": json.dumps({"to": [letter["To"]], "from": bea.email}),
        "charsets": json.dumps({"to": "UTF-8", "from": "UTF-8", "subject": "UTF-8", "text": "utf-8"}),
        "SPF": "pass",
        "dkim": "{@example.test : pass}",
        "attachments": "1",
        "attachment-info": json.dumps({"attachment1": {"filename": "a.txt", "name": "a.txt", "type": "text/plain"}}),
        "attachment1": _file("a.txt", b"not said"),
    }
    assert provider.post(SENDGRID, form).status_code == 200
    assert worked() == ["noted"]
    assert notes() == ["It left.\n\n(1 attachment was left out)"]


def test_sendgrids_verdict_is_heeded(provider, answer, bea) -> None:
    letter = answer("x")
    headers = "\n".join(f"{name}: {letter[name]}" for name in ("From", "To", "Message-ID"))
    provider.post(SENDGRID, {"headers": headers, "text": "x", "SPF": "fail", "dkim": "none"})
    assert worked() == ["not_authentic"]


def _file(name: str, content: bytes) -> BytesIO:
    file = BytesIO(content)
    file.name = name
    return file


def test_without_a_secret_there_is_nothing_there(provider, settings, answer) -> None:
    for unset in ({}, {"WEBHOOK_SECRET": ""}):
        settings.ANYMAIL = unset
        assert post(provider, POSTMARK, postmark(answer())) == 404
        assert post(provider, TRACKING, {}) == 404
    assert not IncomingMail.objects.exists()


def test_a_wrong_secret_is_refused_before_anything_is_read(provider, answer) -> None:
    for shown in ("", "Basic", "Basic cHJvdmlkZXI6d3Jvbmc=", "Basic \u00fc", f"Bearer {'x' * 5000}"):
        stranger = Client(headers={"authorization": shown})
        response = stranger.post(POSTMARK, json.dumps(postmark(answer())), content_type="application/json")
        assert response.status_code == 401
        assert response["WWW-Authenticate"].startswith("Basic")
    assert not IncomingMail.objects.exists()


def test_a_providers_name_that_nobody_has_is_a_404(provider) -> None:
    for place in ("nobody/inbound/", "postmark/", "postmark/inbound", "../healthz"):
        assert post(provider, f"/anymail/{place}", {}) == 404


def test_a_letter_to_nobody_is_answered_and_not_kept(provider, answer) -> None:
    assert post(provider, POSTMARK, postmark(answer(To="reply+aaaa@in.shop.test"))) == 200
    assert not IncomingMail.objects.exists()


def test_a_letter_with_photographs_comes_through(provider, answer, notes) -> None:
    photo = base64.b64encode(b"\xff" * 5_000_000).decode()
    attached = [{"Name": "a.jpg", "Content": photo, "ContentType": "image/jpeg", "ContentLength": 5_000_000}]
    assert post(provider, POSTMARK, postmark(answer("See"), Attachments=attached)) == 200
    assert len(IncomingMail.objects.get().raw) < 5000
    worked()
    assert notes() == ["See\n\n(1 attachment was left out)"]


def test_one_that_is_too_large_is_refused_in_words(provider, answer) -> None:
    call = postmark(answer("x" * webhooks.LARGEST))
    response = provider.post(POSTMARK, json.dumps(call), content_type="application/json")
    assert response.status_code == 413
    assert response.content == b"At most 10 MB are taken. Send the letter without its attachments.\n"
    assert not IncomingMail.objects.exists()


def test_a_size_that_is_no_number_is_refused(provider) -> None:
    for size in ("-1", "1e3", "\u0663"):
        answer = provider.generic("POST", POSTMARK, "{}", content_type="application/json", CONTENT_LENGTH=size)
        assert answer.status_code == 413, size


def bounce(**changes) -> dict[str, Any]:
    """https://postmarkapp.com/developer/webhooks/bounce-webhook"""
    return {
        "RecordType": "Bounce",
        "ID": 4323372036854775807,
        "Type": "HardBounce",
        "TypeCode": 1,
        "Name": "Hard bounce",
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
        "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
        "Email": "Bea@Shop.test",
        "From": "desk@shop.test",
        "BouncedAt": "2026-11-22T14:06:00Z",
        **changes,
    }


@pytest.mark.parametrize("kind", ["HardBounce", "BadEmailAddress", "SpamComplaint", "SpamNotification"])
def test_an_address_that_bounces_or_complains_is_noted(provider, kind) -> None:
    assert post(provider, TRACKING, bounce(Type=kind)) == 200
    assert post(provider, TRACKING, bounce(Type=kind)) == 200, "told twice"
    [row] = BouncedAddress.objects.all()
    assert row.address == "bea@shop.test"
    assert row.reason


@pytest.mark.parametrize("kind", ["Transient", "SoftBounce", "DnsError", "AutoResponder", "Unknown"])
def test_what_may_still_arrive_is_not(provider, kind) -> None:
    assert post(provider, TRACKING, bounce(Type=kind)) == 200
    assert not BouncedAddress.objects.exists()


def test_what_is_no_address_is_not_noted(provider) -> None:
    for address in ("", None, "nobody", "a\0b@c.test", f"{'x' * 300}@c.test"):
        assert post(provider, TRACKING, bounce(Email=address)) == 200
    assert not BouncedAddress.objects.exists()
