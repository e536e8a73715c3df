"""Calls to addresses that a workspace writes down reach the public network only, and end."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from django.conf import settings as current
from hypothesis import given
from hypothesis import strategies as st

from inbox.people import outbound
from inbox.people.discovery import ProviderRefused, discover
from tests.identity_provider import IdentityProvider

PRIVATE = [
    "127.0.0.1", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.1.2.3",
    "64:ff9b::169.254.169.254", "2002:a00:1::", "ff02::1",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_told_in_whatever_form(address) -> None:
    assert not outbound.is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_called(address) -> None:
    assert outbound.is_public(address)


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=4, network="192.168.0.0/16"))
def test_an_address_inside_another_is_judged_by_where_it_leads(inner) -> None:
    assert not outbound.is_public(f"::ffff:{inner}")
    assert not outbound.is_public(f"64:ff9b::{inner}")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]"])
def test_this_machine_is_not_called_unless_its_keeper_allows_it(settings, host) -> None:
    settings.SSO_ALLOW_PRIVATE = False
    settings.SSO_ALLOW_HTTP = True
    with pytest.raises(outbound.OutboundRefused, match=r"private network|no server named"):
        outbound.session().get(f"http://{host}:1/")


def test_a_second_look_up_leads_nowhere_else(settings, idp: IdentityProvider) -> None:
    """The connection itself judges the address once more: a name may be given another address in between."""
    settings.SSO_ALLOW_PRIVATE = False
    connection = outbound._Pinned("127.0.0.1", int(idp.url.rpartition(":")[2]))
    with pytest.raises(Exception, match="private network"):
        connection.connect()
    assert idp.asked == []


def test_a_redirect_is_not_followed(idp: IdentityProvider) -> None:
    answer = outbound.session().post(
        f"{idp.url}/authorize", data={"query": "redirect_uri=http://x.test/&state=s", "deny": "y"}
    )
    assert answer.status_code == 303
    assert idp.asked == ["/authorize"]


@pytest.fixture
def endless(monkeypatch) -> Iterator[str]:
    """A server that answers without an end."""
    monkeypatch.setattr(outbound, "MAX_BYTES", 200_000)
    listener = socket.create_server(("127.0.0.1", 0))

    def pour() -> None:
        try:
            taken, _ = listener.accept()
            taken.recv(4096)
            taken.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
            while True:
                taken.sendall(b" " * 65536)
        except OSError:
            pass  # the other side hung up, or the test is over

    thread = threading.Thread(target=pour, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    listener.close()
    thread.join(timeout=5)


def test_an_answer_without_an_end_is_left(endless: str) -> None:
    with pytest.raises(ProviderRefused, match="too long"):
        discover(endless)


def test_by_default_no_private_address_is_called() -> None:
    from settings import base

    assert (base.SSO_ALLOW_PRIVATE, base.SSO_ALLOW_HTTP) == (False, False)
    assert current.SSO_ALLOW_HTTP is False
