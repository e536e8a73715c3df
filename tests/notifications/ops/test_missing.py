"""A link of ours that leads nowhere is told; what others ask for is not."""

from __future__ import annotations

import pytest

from notifications.models import Event
from notifications.ops.alerts import ALL_A_MINUTE

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_link_of_ours_that_leads_nowhere_is_told_with_the_page_it_stands_on(client, told, tenant) -> None:
    page = "http://testserver/inbox/all/?search=nora"
    assert client.get("/nowhere/?q=1", headers={"Referer": page}).status_code == 404
    [event] = told()
    assert (event.kind, event.title) == ("server.not_found", "Not found: /nowhere/")
    assert event.data["referrer"] == "/inbox/all/", "what somebody looked for is not told"
    assert not Event.objects.filter(workspace=tenant).exists()


def test_the_public_address_is_ours_too(client, told, settings) -> None:
    settings.PUBLIC_URL = "https://desk.example.com"
    client.get("/nowhere/", headers={"Referer": "https://desk.example.com/"})
    assert len(told()) == 1


@pytest.mark.parametrize(
    "referrer", ["", "https://elsewhere.test/", "http://testserver.evil.test/", "/inbox/", "http://[broken", "x" * 5000]
)
def test_what_others_link_to_is_not_told(client, told, referrer) -> None:
    assert client.get("/nowhere/", headers={"Referer": referrer} if referrer else {}).status_code == 404
    assert told() == []


def test_what_a_browser_asks_for_by_itself_is_not_told(client, told) -> None:
    assert client.get("/apple-touch-icon.png", headers={"Referer": "http://testserver/"}).status_code == 404
    assert told() == []


def test_somebody_who_makes_addresses_up_does_not_flood_the_operator(client, told) -> None:
    for n in range(ALL_A_MINUTE + 100):
        client.get(f"/nowhere/{n}/", headers={"Referer": "http://testserver/"})
    assert len(told()) <= ALL_A_MINUTE + 20
