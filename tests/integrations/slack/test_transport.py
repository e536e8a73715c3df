"""Posting, changing and taking back, in channels and to people, with a token or only a webhook."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from integrations.models import Connection
from integrations.slack.client import Slack as Client
from integrations.slack.transport import SlackTransport
from notifications.transports import TransportError
from notifications.words import Cause
from tests.integrations.slack.conftest import connect
from tests.stand_ins.slack import HOOK, TOKEN, refused

transport = SlackTransport()


def send(message):
    return transport.send(message, transport.draw(message)).external


def test_a_message_is_posted_as_it_was_drawn_and_its_name_kept_as_text(slack, message) -> None:
    said = message()
    payload = transport.draw(said)
    assert transport.send(said, payload).external == {"channel": "C0SALES", "ts": "1700000000.000001"}
    [request] = slack.requests
    assert request.data == payload
    assert request.headers["authorization"] == f"Bearer {TOKEN}"


def test_it_is_changed_and_taken_back_by_the_channels_id(slack, message) -> None:
    external = send(message())
    again = message(external=external, counted="×2")
    transport.update(again, transport.draw(again))
    [update] = slack.calls("chat.update")
    assert (update["channel"], update["ts"], update["text"]) == ("C0SALES", external["ts"], "Nadia signed up ×2")
    assert set(update) == {"channel", "ts", "text", "blocks"}
    transport.retract(again)
    assert slack.calls("chat.delete") == [external]
    assert not slack.messages


def test_taking_back_what_somebody_deleted_is_no_error_and_changing_it_is(slack, message) -> None:
    gone = message(external={"channel": "C0SALES", "ts": "1.2"})
    transport.retract(gone)
    assert len(slack.calls("chat.delete")) == 1
    with pytest.raises(TransportError, match="deleted in Slack") as caught:
        transport.update(gone, transport.draw(gone))
    assert caught.value.permanent


def test_a_person_is_looked_up_once_a_day_and_known_by_both_names(slack, message, workspace) -> None:
    slack.people["ada@acme.test"] = "U0ADA"
    assert send(message("@ada@acme.test"))["channel"] == "D0ADA"
    send(message("@ada@acme.test"))
    assert slack.calls("users.lookupByEmail") == [{"email": "ada@acme.test"}]
    assert [call["channel"] for call in slack.calls("chat.postMessage")] == ["U0ADA", "U0ADA"]
    assert Client(workspace).email_of("U0ADA") == "ada@acme.test"


def test_whoever_has_got_another_id_is_found_again(slack, message) -> None:
    slack.people["ada@acme.test"] = "U0ADA"
    send(message("@ada@acme.test"))
    slack.people["ada@acme.test"] = "U0NEW"
    assert send(message("@ada@acme.test"))["channel"] == "D0NEW"
    assert len(slack.calls("users.lookupByEmail")) == 2


def test_an_id_of_one_slack_is_not_used_in_another(slack, message, workspace) -> None:
    slack.people["ada@acme.test"] = "U0ADA"
    send(message("@ada@acme.test"))
    slack.tokens.add("xoxb-other")
    connect(workspace, bot_token="xoxb-other", signing_secret="s")
    send(message("@ada@acme.test"))
    assert len(slack.calls("users.lookupByEmail")) == 2


def test_nobody_of_that_address_is_nobody_to_send_to(slack, message) -> None:
    with pytest.raises(TransportError, match=r"Nobody in this Slack has the address gone@acme\.test") as caught:
        send(message("@gone@acme.test"))
    assert caught.value.cause == Cause.NOBODY
    assert not slack.calls("chat.postMessage")


def test_a_person_whose_account_is_closed_is_looked_up_again_and_then_given_up(slack, message) -> None:
    slack.people["ada@acme.test"] = "U0ADA"
    slack.always["chat.postMessage"] = refused("channel_not_found")
    with pytest.raises(TransportError) as caught:
        send(message("@ada@acme.test"))
    assert caught.value.permanent
    assert len(slack.calls("chat.postMessage")) == 1


@pytest.mark.parametrize("address", ["C0123456789", "U0123456789", "D0123456789", "G012345"])
def test_an_id_is_an_address(workspace, address) -> None:
    assert transport.clean_address(workspace, f" {address} ") == address


@pytest.mark.parametrize(
    ("given", "kept"),
    [("#Sales", "#sales"), ("#größe-2_b", "#größe-2_b"), ("@Ada@Acme.test", "@ada@acme.test"),
     ("ada@acme.test", "@ada@acme.test")],
)  # fmt: skip
def test_an_address_is_kept_in_one_form(workspace, given, kept) -> None:
    assert transport.clean_address(workspace, given) == kept


@pytest.mark.parametrize(
    "given", ["", "#", "sales", "two words", "#two words", "@ada", "#a,b", "#" + "x" * 81, "<!channel>", "C123"]
)
def test_what_is_no_address_is_refused_in_words(workspace, given) -> None:
    with pytest.raises(ValueError, match=r"Write #channel|For a direct message, write @"):
        transport.clean_address(workspace, given)


def test_only_what_is_critical_wakes_a_channel_and_only_where_the_route_is_not_silent(message) -> None:
    def wakes(*args, **fields) -> bool:
        return "<!here>" in str(transport.draw(message(*args, **fields)))

    assert wakes(severity="critical")
    assert not wakes(severity="critical", silent=True)
    assert not wakes("@ada@acme.test", severity="critical")
    assert not wakes(severity="error")


def test_without_a_connection_nobody_is_called(slack, message, workspace) -> None:
    Connection.objects.all().delete()
    with pytest.raises(TransportError, match="not connected") as caught:
        send(message())
    assert caught.value.cause == Cause.NOT_CONNECTED
    assert not slack.requests


def test_settings_that_cannot_be_read_are_no_reason_to_try_again(slack, message, settings) -> None:
    settings.FRONTDESK_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(TransportError, match="Set it anew") as caught:
        send(message())
    assert caught.value.permanent
    assert caught.value.cause is None


class TestWithAWebhookOnly:
    @pytest.fixture(autouse=True)
    def only_webhook(self, slack, workspace) -> None:
        connect(workspace, webhook_url=slack.webhook_url)

    def test_it_posts_without_naming_a_channel(self, slack, message) -> None:
        assert send(message()) == {}
        [request] = slack.requests
        assert request.method == HOOK
        assert request.data["text"] == "Nadia signed up"
        assert "channel" not in request.data

    def test_it_changes_and_takes_back_nothing_and_says_nothing_of_it(self, slack, message) -> None:
        said = message(external={})
        transport.update(said, transport.draw(said))
        transport.retract(said)
        assert not slack.requests

    def test_a_direct_message_is_not_shown_to_the_channel(self, slack, message) -> None:
        for address in ("@ada@acme.test", "U0123456789"):
            with pytest.raises(TransportError, match="bot token") as caught:
                send(message(address))
            assert caught.value.cause == Cause.NOT_CONNECTED
        assert not slack.requests

    def test_what_a_token_posted_earlier_cannot_be_changed(self, slack, message) -> None:
        with pytest.raises(TransportError, match="bot token") as caught:
            transport.retract(message(external={"channel": "C1", "ts": "1.2"}))
        assert caught.value.permanent

    def test_in_production_an_address_of_this_machine_is_not_called(self, slack, message, settings) -> None:
        settings.SLACK_ALLOW_PRIVATE = False
        with pytest.raises(TransportError, match="private network") as caught:
            send(message())
        assert caught.value.permanent
        assert not slack.requests
