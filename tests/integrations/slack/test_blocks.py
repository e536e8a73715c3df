"""What a message looks like in Slack, and that nothing in it can be more than words."""

from __future__ import annotations

import json

import pytest

from integrations.slack.blocks import drawn, escaped
from notifications.wording import Wording
from tests.stand_ins.slack import problem

NASTY = [
    Wording(""),
    Wording("x" * 300, body="y" * 10_000, link="https://desk.test/" + "z" * 3000),
    Wording("&" * 300, body="<" * 10_000, severity="critical"),
    Wording("😀" * 300, body="😀" * 10_000, severity="error"),
    Wording("😀" * 75 + "x", severity="error"),
    Wording("نادية سجّلت", body="مرحبا", fields=(("حساب", "شركة"),)),
    Wording("t", text="*bold* & <!channel>\n" + "&" * 4000),
    Wording("t", text="&" * 4000, severity="critical"),
    Wording("t", fields=tuple((f"Field {n}", "&" * 3000) for n in range(20)), body="<" * 4000, warning="&" * 300),
    Wording("t", fields=(("Empty", " "),), body="   \n "),
    Wording("a\0b", body="\0"),
]


@pytest.mark.parametrize("wording", NASTY)
@pytest.mark.parametrize("mention", [False, True])
def test_slack_takes_whatever_is_to_be_said(wording: Wording, mention: bool) -> None:
    payload = drawn(wording, "kind.of_event", mention)
    assert problem(payload) == ""
    assert len(payload["text"].encode()) <= 4000, "chat.update takes no more"


@pytest.mark.parametrize("severity", ["info", "warning", "error", "critical"])
def test_nobody_mentions_a_channel_or_hides_an_address_by_what_they_type(severity: str) -> None:
    typed = "<!channel> <@U1> <https://evil.test|https://bank.test> & co"
    payload = drawn(Wording(typed, typed, severity=severity, fields=(("Contact", typed),), counted="×2", text=""))
    own = drawn(Wording("t", text=typed, severity=severity, warning=typed))
    said = json.dumps([payload, own])
    assert "<" not in said
    assert "&lt;!channel&gt; &lt;@U1&gt;" in said
    assert "&amp; co" in said


def test_an_escape_is_never_cut() -> None:
    for longest in range(2, 30):
        cut = escaped("a&b<c>d" * 10, longest)
        assert len(cut) <= longest
        assert cut.endswith("…")
        rest = cut[:-1].replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
        assert "&" not in rest


def test_what_is_grave_looks_grave() -> None:
    plain = drawn(Wording("Nadia signed up", link="https://desk.test/"), "contact.signed_up")["blocks"]
    grave = drawn(Wording("Checkout is down", link="https://desk.test/", severity="critical"), "server.error")["blocks"]
    assert plain[0] == {"type": "section", "text": {"type": "mrkdwn", "text": "*Nadia signed up*"}}
    assert "style" not in plain[-1]["elements"][0]
    assert grave[0]["type"] == "header"
    assert grave[1]["elements"][0]["text"] == "*Critical* · server.error"
    assert grave[-1]["elements"][0]["style"] == "danger"


def test_a_title_that_no_header_holds_is_said_whole() -> None:
    title = "Checkout is down for everybody " * 9
    top = drawn(Wording(title, severity="critical"))["blocks"][0]
    assert top["type"] == "section"
    assert top["text"]["text"] == f"*{title.strip()}*"


def test_the_count_stands_in_small_letters_and_in_the_notification() -> None:
    payload = drawn(Wording("KeyError", counted="×37, first 12:00, last 12:03"))
    assert payload["text"] == "KeyError ×37, first 12:00, last 12:03"
    assert payload["blocks"][-1] == {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": "×37, first 12:00, last 12:03"}],
    }


def test_a_star_in_a_title_does_not_end_the_bold_letters_early() -> None:
    assert drawn(Wording("5 * 3 * 2"))["blocks"][0]["text"]["text"] == "5 * 3 * 2"


def test_a_routes_own_wording_stands_instead_of_title_and_body() -> None:
    payload = drawn(Wording("Title", "Body", text="*Nadia* upgraded\nto pro", fields=(("Contact", "Nadia"),)))
    assert payload["text"] == "*Nadia* upgraded"
    assert [block["text"]["text"] for block in payload["blocks"]] == ["*Nadia* upgraded\nto pro"]
