"""An account's page: what it pays for, who belongs to it, and what they talked about, as far as one may see it."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inbox.conversations import actions
from inbox.desk.contacts.account_views import stripe_url
from inbox.models import Account, Contact
from notifications.events import track
from notifications.kind import Who
from notifications.kinds.money import PaymentFailed
from tests.factories import make_contact, make_conversation, make_team, make_workspace
from tests.inbox.desk.contacts.conftest import define


def make_account(workspace, external_id: str = "acme", **fields) -> Account:
    return Account.objects.create(workspace=workspace, external_id=external_id, **{"name": "Acme", **fields})


def page(client, account: Account) -> str:
    answer = client.get(reverse("account", args=[account.external_id]))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    "external_id",
    ["acme", "a/b", "/", "a//b/", ".", "..", "~", "~2F", "%2F", "a b?c#d", "login", "ü\u202e", "conversations",
     "x" * 255, "\\", "a/conversations"],
)  # fmt: skip
def test_any_id_has_an_address_of_its_own(workspace, agent, signed_in, external_id: str) -> None:
    account = make_account(workspace, external_id, name=f"Named {len(external_id)}")
    make_account(workspace, "decoy")
    client = signed_in(agent)
    address = reverse("account", args=[external_id])
    assert "/../" not in address and "/./" not in address
    assert address.count("/") == 4
    assert account.name in page(client, account)
    assert client.get(reverse("account-events", args=[external_id])).status_code == 200


def test_another_workspaces_account_does_not_exist(workspace, agent, signed_in) -> None:
    account = make_account(make_workspace(), "theirs")
    client = signed_in(agent)
    for name in ("account", "account-people", "account-conversations", "account-events"):
        assert client.get(reverse(name, args=["theirs"])).status_code == 404
    assert client.post(reverse("account-attribute", args=["theirs"]), {"key": "a", "value": "b"}).status_code == 404
    account.refresh_from_db()
    assert account.attributes == {}


def test_it_shows_the_plan_the_people_and_what_they_talked_about(workspace, agent, signed_in) -> None:
    owner = make_contact(workspace, name="Olive Owner")
    account = make_account(
        workspace, plan="Pro", status="past_due", seats=9, seat_limit=10, renews_on="2027-01-31", mrr_minor=4200,
        currency="EUR", modules=["bell", "imports"], domain="acme.test", timezone="Asia/Tokyo", owner=owner,
        stripe_customer_id="cus_A1", stripe_subscription_id="sub_B2", attributes={"region": "EMEA"},
    )  # fmt: skip
    root = make_contact(workspace, name="Ann Lee", account=account)
    phone = make_contact(workspace, name="Ann’s phone")
    Contact.objects.filter(pk=phone.pk).update(root=root)
    make_conversation(workspace, root, "From Ann herself")
    make_conversation(workspace, phone, "From her phone")
    make_conversation(workspace, make_contact(workspace), "From a stranger")
    track(PaymentFailed(amount_minor=1, currency="EUR", invoice="in_7"), workspace=workspace,
          account=Who(account.external_id, account.name))  # fmt: skip
    html = page(signed_in(agent), account)
    for words in ("Past due", "Pro", "31 Jan 2027", "42.00 EUR", "bell", "acme.test", "Olive Owner", "in Tokyo", "EMEA",
                  "From Ann herself", "From her phone", "9 of 10 seats are used: nearly all"):  # fmt: skip
        assert words in html
    assert "From a stranger" not in html
    assert "Ann’s phone" not in html
    assert 'href="https://dashboard.stripe.com/customers/cus_A1" rel="noopener' in html
    assert 'href="https://dashboard.stripe.com/subscriptions/sub_B2" rel="noopener' in html
    assert re.search(r"People <span class=\"num count\">1<", html)
    assert "in_7" in html or "pay" in html


@pytest.mark.parametrize(
    "known", ["", "cus_", "cus_/../x", "sub_1", "cus_1?x", "javascript:alert(1)", "cus_1\n", "CUS_1"]
)
def test_what_is_no_id_of_stripes_is_no_link(known: str) -> None:
    assert stripe_url("customers", known) == ""


@pytest.mark.parametrize(
    "seats, limit, words",
    [(10, 10, "All 10 seats are used"), (12, 10, "All 10 seats are used"), (8, 10, ""), (None, 10, ""), (3, None, ""),
     (5, 0, "")],
)  # fmt: skip
def test_it_warns_when_the_seats_run_out(workspace, agent, signed_in, seats, limit, words: str) -> None:
    html = page(signed_in(agent), make_account(workspace, seats=seats, seat_limit=limit))
    assert (words in html) if words else ("seats are used" not in html)


def test_what_a_private_team_talks_about_is_not_there_for_others(workspace, agent, owner, signed_in) -> None:
    account = make_account(workspace)
    conversation = make_conversation(workspace, make_contact(workspace, account=account), "Between ourselves")
    actions.move(conversation, make_team(workspace, "quiet", is_private=True), by=owner)
    for mate, sees in ((agent, False), (owner, True)):
        client = signed_in(mate)
        html = page(client, account)
        for name in ("account-conversations", "account-events"):
            html += client.get(reverse(name, args=[account.external_id])).content.decode()
        assert ("Between ourselves" in html) is sees


def test_an_attribute_is_changed_as_its_type(workspace, agent, viewer, signed_in) -> None:
    define(workspace, "size", "number", of="account")
    account, client = make_account(workspace, "a/b"), signed_in(agent)
    address = reverse("account-attribute", args=["a/b"])
    assert client.post(address, {"key": "size", "value": "12"})["Location"] == "/contacts/accounts/a~2Fb/#attributes"
    answer = client.post(address, {"key": "size", "value": "large"})
    assert (answer.status_code, "It is a number" in answer.content.decode()) == (422, True)
    assert signed_in(viewer).post(address, {"key": "size", "value": "13"}).status_code == 403
    account.refresh_from_db()
    assert account.attributes == {"size": 12}


def test_people_are_read_page_by_page_and_it_asks_as_much_for_many_as_for_few(workspace, agent, signed_in) -> None:
    account, client = make_account(workspace), signed_in(agent)

    def fill(count: int) -> int:
        for n in range(count):
            make_conversation(workspace, make_contact(workspace, name=f"P{n:02}", account=account), "Hi")
        page(client, account)
        with CaptureQueriesContext(connection) as asked:
            page(client, account)
        return len(asked)

    few = fill(2)
    assert fill(23) == few
    assert few < 25
    address, seen = reverse("account-people", args=["acme"]), []
    while address:
        html = client.get(address).content.decode()
        seen += re.findall(r"<b><bdi>(P\d\d)</bdi></b>", html)
        more = re.search(r'hx-get="([^"]+)"', html)
        address = more[1].replace("&amp;", "&") if more else ""
    assert len(seen) == 25


def test_whatever_an_account_is_called_is_text(workspace, agent, signed_in) -> None:
    script = "<script>alert(1)</script>"
    account = make_account(workspace, script, name=script, plan=script, domain=script, modules=[script],
                           timezone=script, stripe_customer_id=script, attributes={script: [script]})  # fmt: skip
    assert script not in page(signed_in(agent), account)
