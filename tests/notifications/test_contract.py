"""What every transport promises to the spine. A new one joins by a harness of its own (harnesses.py)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest

from inbox.people.models import Workspace
from notifications.models import Event
from notifications.transports import Message, Sent, Transport, TransportError, all_transports
from notifications.wording import Wording
from notifications.words import Cause
from tests.factories import make_workspace
from tests.notifications.harnesses import HARNESSES, Harness

pytestmark = pytest.mark.django_db(transaction=True)

# Transports that reach no other machine, and those that always have somebody to send to.
WITHIN, ALWAYS = {"inapp", "log", "bell", "chat"}, {"log", "webhook"}
TITLE = "Nadia Okafor signed up"
NASTY = {
    "nothing": Wording("x"),
    "not even a title": Wording(""),
    "a long body": Wording(TITLE, body="All work and no play. " * 500, link="https://desk.test/" + "x" * 900),
    "one long word": Wording("W" * 300, body="w" * 10_000),
    "right to left": Wording("نادية أوكافور سجّلت", body="‏مرحبا بالعالم‏"),
    "emoji": Wording("👩‍👩‍👧 🎉" * 40, body="😀" * 5000),
    "markup": Wording("<script>alert(1)</script> & <b>", body="*bold* _it_ ~no~ `code` <!channel> </div> {{ x }}"),
    "control signs": Wording("a\x07\u2028c", body="line\r\nline\ttab\x1b[31m"),
    "a template's own text": Wording(TITLE, text="<i>" * 1300),
    "many fields": Wording(TITLE, fields=tuple((f"Field {n}", "&" * 900) for n in range(12))),
    "all of it": Wording(
        TITLE, "Body", "https://desk.test/1", "bell", "critical", (("Contact", "Nadia"),), "×37, first 12:00",
        warning="The route's template failed.", settled="settled",
    ),
}  # fmt: skip


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


@pytest.fixture(params=sorted(HARNESSES))
def transport(request) -> Transport:
    return all_transports()[request.param]


@pytest.fixture
def harness(transport, workspace, settings) -> Iterator[Harness]:
    with HARNESSES[transport.name](workspace, settings) as ready:
        yield ready


@pytest.fixture
def message(workspace, harness) -> Message:
    return Message(
        key=uuid.uuid4(), workspace=workspace, address=harness.address, event=uuid.uuid4(), kind="contact.signed_up",
        wording=Wording(TITLE, "From the pricing page", "https://desk.test/1", fields=(("Account", "Northwind"),)),
    )  # fmt: skip


def send(transport: Transport, message: Message) -> Sent:
    return transport.send(message, transport.draw(message))


def refusal(call) -> TransportError:
    with pytest.raises(TransportError) as caught:
        call()
    assert str(caught.value)
    return caught.value


def test_every_transport_has_a_harness() -> None:
    assert set(all_transports()) - {"recorder"} == set(HARNESSES)


def test_it_says_what_it_is(transport) -> None:
    assert transport.label
    assert transport.icon
    assert transport.address_hint.endswith(".")
    assert transport.gap >= 0
    assert transport.method_gap >= 0


@pytest.mark.parametrize("name", NASTY)
def test_it_draws_anything_without_credentials_and_as_json(transport, workspace, name) -> None:
    nasty = Message(uuid.uuid4(), workspace, "somewhere", NASTY[name])
    for one in (nasty, replace(nasty, silent=True, kind="user.x", event=uuid.uuid4())):
        payload = transport.draw(one)
        assert json.loads(json.dumps(payload)) == payload
        assert transport.draw(one) == payload, "it is drawn the same a second time"


@pytest.mark.parametrize("name", NASTY)
def test_the_medium_takes_anything(transport, harness, message, name) -> None:
    assert isinstance(send(transport, replace(message, wording=NASTY[name])), Sent)
    assert len(harness.arrived()) == 1


def test_it_arrives_with_its_title_and_its_name_is_json(transport, harness, message) -> None:
    sent = send(transport, message)
    [arrived] = harness.arrived()
    assert TITLE in arrived
    assert json.loads(json.dumps(sent.external)) == sent.external


def test_sending_leaves_the_payload_as_it_was_drawn(transport, harness, message) -> None:
    payload = transport.draw(message)
    transport.send(message, payload)
    assert payload == transport.draw(message)


def test_the_same_key_again_is_told_once_where_it_promises_so(transport, harness, message) -> None:
    send(transport, message)
    send(transport, message)
    assert len(harness.arrived()) == (1 if transport.unique else 2)


def test_it_changes_what_was_said_where_it_promises_so(transport, harness, message) -> None:
    if not transport.can_update:
        with pytest.raises(NotImplementedError):
            transport.update(message, {})
        return
    again = replace(message, external=send(transport, message).external, silent=True,
                    wording=replace(message.wording, counted="×2, first 12:00, last 12:01"))  # fmt: skip
    assert transport.update(again, transport.draw(again)).external == again.external
    [arrived] = harness.arrived()
    assert TITLE in arrived
    assert "×2" in arrived


def test_it_takes_back_what_was_said_where_it_promises_so(transport, harness, message) -> None:
    if not transport.can_retract:
        with pytest.raises(NotImplementedError):
            transport.retract(message)
        return
    there = replace(message, external=send(transport, message).external)
    other = replace(message, key=uuid.uuid4())
    send(transport, other)
    transport.retract(there)
    assert len(harness.arrived()) == 1, "the other one stays"
    transport.retract(there)  # what is gone is no error
    assert len(harness.arrived()) == 1


def test_a_dropped_connection_is_tried_again(transport, harness, message) -> None:
    if harness.cut is None:
        assert transport.name in WITHIN, "everything else has a connection that may drop"
        return
    there = replace(message, external=send(transport, message).external)
    harness.cut()
    calls = [lambda: send(transport, replace(message, key=uuid.uuid4()))]
    calls += [lambda: transport.update(there, transport.draw(there))] if transport.can_update else []
    calls += [lambda: transport.retract(there)] if transport.can_retract else []
    for call in calls:
        error = refusal(call)
        assert not error.permanent
        assert error.cause is None


def test_nobody_to_send_to_is_no_failure_and_nothing_arrives(transport, harness, message) -> None:
    if harness.disconnect is None:
        assert transport.name in ALWAYS, "everything else may find nobody"
        return
    harness.disconnect()
    error = refusal(lambda: send(transport, message))
    assert error.cause in (Cause.NOT_CONNECTED, Cause.NOBODY)
    assert error.permanent
    assert not harness.arrived()


def test_no_secret_is_in_what_is_kept_or_said(transport, harness, message, settings) -> None:
    kept = json.dumps([transport.draw(message), send(transport, message).external])
    if harness.cut is not None:
        harness.cut()
        kept += str(refusal(lambda: send(transport, replace(message, key=uuid.uuid4()))))
    for secret in (*harness.secrets, settings.SECRET_KEY, *settings.FRONTDESK_KEYS):
        assert secret not in kept


def test_its_own_addresses_stay_as_they_are_and_nonsense_is_refused_in_words(transport, harness, workspace) -> None:
    assert transport.clean_address(workspace, f" {harness.address} ") == harness.address
    for nonsense in harness.nonsense:
        with pytest.raises(ValueError, match=r"^[A-Z].* .*\.$"):
            transport.clean_address(workspace, nonsense)


def test_nothing_is_tracked_by_telling(transport, harness, message) -> None:
    send(transport, message)
    assert not Event.objects.exclude(topic="audit").exists(), "an event for each message would never end"
