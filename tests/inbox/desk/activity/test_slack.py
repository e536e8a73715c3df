"""A Slack message is drawn as Slack draws it, and nothing in it becomes markup of ours."""

from __future__ import annotations

import pytest

from inbox.desk.activity.slack import mrkdwn, nodes


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*Sign-up failed* for _mei_ ~now~", "<b>Sign-up failed</b> for <i>mei</i> <s>now</s>"),
        ("2 * 3 * 4, snake_case_name", "2 * 3 * 4, snake_case_name"),
        ("a\nb", "a<br>b"),
        ("`*x*`", "<code>*x*</code>"),
        ("```a\n*b*```", "<pre>a\n*b*</pre>"),
        ("*<https://x.test/1|In_1>*", '<b><span class="slack-link" title="https://x.test/1">In_1</span></b>'),
        ("<@U1> <!here>", '<span class="slack-pill">@U1</span> <span class="slack-pill">here</span>'),
        ("<!date^1^{date}|12:00>", "12:00"),
        ("a &lt; b &amp; c", "a &lt; b &amp; c"),
        ("&amp;lt;", "&amp;lt;"),
    ],
)
def test_slacks_markup_becomes_html(text, html) -> None:
    assert mrkdwn(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "`<img src=x>`",
        "```<b>```",
        '<https://x.test/"onclick=|"><img>',
        "\ue0007\ue001 <b>",
    ],
)
def test_markup_of_others_stays_text(text) -> None:
    html = mrkdwn(text)
    for tag in ("<script", "<img", "<b>"):
        assert tag not in html


def test_blocks_and_attachments_become_nodes_in_their_order() -> None:
    payload = {
        "text": "fallback",
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": "A <b>"}},
            {"type": "section", "text": {"type": "mrkdwn", "text": "*x*"}, "fields": [{"type": "mrkdwn", "text": "y"}]},
            {"type": "divider"},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": "z"}]},
            {"type": "actions", "elements": [{"type": "button", "text": {"text": "Open"}, "style": "primary"}]},
            {"type": "of_the_future"},
        ],
        "attachments": [{"color": "danger", "text": "w"}],
    }
    found = nodes(payload)
    assert [node["type"] for node in found] == [
        "header", "text", "fields", "divider", "context", "buttons", "attachment",
    ]  # fmt: skip
    assert found[0]["html"] == "A &lt;b&gt;"
    assert found[5]["buttons"] == [{"label": "Open", "style": "primary"}]
    assert (found[6]["colour"], found[6]["nodes"][0]["html"]) == ("#e01e5a", "w")


def test_a_message_without_blocks_is_its_text() -> None:
    assert nodes({"text": "hi"}) == [{"type": "text", "html": "hi"}]


@pytest.mark.parametrize("payload", [{}, {"blocks": "x"}, {"blocks": [1, {"type": "section", "text": 5}]}, {"text": 7}])
def test_what_is_no_message_draws_nothing_bad(payload) -> None:
    assert all(str(node.get("html", "")) == "" for node in nodes(payload))
