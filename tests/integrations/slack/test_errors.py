"""Each of Slack's errors has its outcome: later, never, or nobody there; and says what to do. docs/transports.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from integrations.slack import client as slack_client
from integrations.slack.errors import ADVICE, PASSING, TOO_FAST, outcome_of
from integrations.slack.transport import SlackTransport
from notifications.transports import TransportError
from tests.integrations.slack.conftest import connect
from tests.stand_ins.slack import HOOK, Fault, refused, too_fast

transport = SlackTransport()


def outcome(message, verb: str = "send") -> TransportError:
    """Return what came of it."""
    with pytest.raises(TransportError) as caught:
        if verb == "send":
            transport.send(message, transport.draw(message))
        elif verb == "update":
            transport.update(message, transport.draw(message))
        else:
            transport.retract(message)
    assert caught.value.cause is None
    return caught.value


def kind_of(error: TransportError) -> str:
    return "never" if error.permanent else ("asked" if error.retry_after else "later")


FAULTS = {
    "429": (too_fast(7), "asked"),
    "429 without a word on when": (Fault(429, "{}"), "asked"),
    "rate_limited": (refused("rate_limited"), "asked"),
    "500": (Fault(500, "<html>oops</html>"), "later"),
    "503": (Fault(503, '{"ok": false, "error": "service_unavailable"}'), "later"),
    "a gateway's page": (Fault(200, "<html>sign in to the wifi</html>"), "later"),
    "a page that is not found": (Fault(404, "<html>no</html>"), "never"),
    "dropped": (Fault(drop=True), "later"),
    "internal_error": (refused("internal_error"), "later"),
    "request_timeout": (refused("request_timeout"), "later"),
    "channel_not_found": (refused("channel_not_found"), "never"),
    "not_in_channel": (refused("not_in_channel"), "never"),
    "is_archived": (refused("is_archived"), "never"),
    "invalid_auth": (refused("invalid_auth"), "never"),
    "token_revoked": (refused("token_revoked"), "never"),
    "account_inactive": (refused("account_inactive"), "never"),
    "missing_scope": (refused("missing_scope", needed="chat:write", provided="commands"), "never"),
    "msg_too_long": (refused("msg_too_long"), "never"),
    "restricted_action_read_only_channel": (refused("restricted_action_read_only_channel"), "never"),
    "an error that nobody knows yet": (refused("moon_phase_wrong"), "never"),
}


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize(("method", "verb"), [("chat.postMessage", "send"), ("chat.update", "update"),
                                              ("chat.delete", "retract")])  # fmt: skip
def test_an_error_has_its_outcome(slack, message, name, method, verb) -> None:
    fault, expected = FAULTS[name]
    slack.faults[method] = [fault]
    error = outcome(message(external={"channel": "C1", "ts": "1.2"}), verb)
    assert kind_of(error) == expected
    assert len(slack.requests) == 1, "the delivery owns the retry"


def test_slack_is_waited_for_as_long_as_it_asks(slack, message) -> None:
    slack.faults["chat.postMessage"] = [too_fast(7), too_fast("soon")]
    assert outcome(message()).retry_after == 7
    assert outcome(message()).retry_after == 30


def test_a_slack_that_says_nothing_is_left_in_time(slack, message, monkeypatch) -> None:
    assert slack_client.TIMEOUT <= 10
    monkeypatch.setattr(slack_client, "TIMEOUT", 1)
    slack.always["chat.postMessage"] = Fault(hang=True)
    error = outcome(message())
    assert not error.permanent
    assert "in time" in str(error)


def test_a_slack_that_is_not_there_is_tried_later(slack, message, settings) -> None:
    settings.SLACK_API_URL = "http://127.0.0.1:1/api/"
    assert not outcome(message()).permanent


def test_looking_a_person_up_fails_as_posting_does(slack, message) -> None:
    slack.faults["users.lookupByEmail"] = [too_fast(5), refused("missing_scope", needed="users:read.email")]
    assert outcome(message("@ada@acme.test")).retry_after == 5
    error = outcome(message("@ada@acme.test"))
    assert error.permanent
    assert "users:read.email" in str(error)
    assert not slack.calls("chat.postMessage")


def test_what_needs_a_person_says_what_to_do_and_fits() -> None:
    for code, advice in ADVICE.items():
        error = outcome_of(code, needed="users:read.email")
        assert error.permanent
        assert advice in str(error)
        assert len(str(error)) <= 300


def test_the_docs_name_every_error() -> None:
    docs = Path("docs/transports.md").read_text()
    assert [code for code in (*ADVICE, *PASSING, *TOO_FAST) if f"`{code}`" not in docs] == []


WEBHOOK_FAULTS = {
    "400 invalid_payload": (Fault(400, "invalid_payload"), "never", "cannot be drawn"),
    "403 action_prohibited": (Fault(403, "action_prohibited"), "never", "forbids this webhook"),
    "403 invalid_token": (Fault(403, "invalid_token"), "never", "Make a new one"),
    "404 no_service": (Fault(404, "no_service"), "never", "Make a new one"),
    "404 channel_not_found": (Fault(404, "channel_not_found"), "never", "no such channel"),
    "410 channel_is_archived": (Fault(410, "channel_is_archived"), "never", "archived"),
    "429": (Fault(429, "rate_limited", {"Retry-After": "4"}), "asked", "slower"),
    "500 rollup_error": (Fault(500, "rollup_error"), "later", "trouble"),
    "200 without ok": (Fault(200, "no_text"), "never", "empty"),
    "a redirect": (Fault(302, "", {"Location": "https://example.com/"}), "never", "302"),
    "dropped": (Fault(drop=True), "later", "not reached"),
}


@pytest.mark.parametrize("name", WEBHOOK_FAULTS)
def test_a_webhooks_error_has_its_outcome(slack, message, workspace, name) -> None:
    connect(workspace, webhook_url=slack.webhook_url)
    fault, expected, words = WEBHOOK_FAULTS[name]
    slack.faults[HOOK] = [fault]
    error = outcome(message())
    assert kind_of(error) == expected
    assert words in str(error)
    assert slack.webhook_url not in str(error), "the address is a secret"
    assert len(slack.requests) == 1
