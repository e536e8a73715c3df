"""Accounts over the API: addressed by the ids of whoever calls."""

from __future__ import annotations

import uuid

import pytest

from inbox.models import Account
from tests.inbox.api.conftest import Api, made, problem

FIELDS = {
    "external_id", "name", "domain", "owner", "plan", "status", "seats", "seat_limit", "renews_on", "trial_ends_on",
    "timezone", "modules", "mrr_minor", "currency", "stripe_customer_id", "stripe_subscription_id", "attributes",
    "created_at",
}  # fmt: skip


def test_an_account_is_created_with_all_its_fields(api: Api) -> None:
    owner = made(api.post("contacts/", {}))["id"]
    sent = {
        "external_id": "acme",
        "name": "Acme",
        "domain": "acme.example",
        "owner": owner,
        "plan": "business",
        "status": "past_due",
        "seats": 14,
        "seat_limit": 20,
        "renews_on": "2027-02-01",
        "trial_ends_on": "2026-12-01",
        "timezone": "Europe/Berlin",
        "modules": ["inbox", "reports"],
        "mrr_minor": 9_000_000_000_000,
        "currency": "EUR",
        "stripe_customer_id": "cus_1",
        "stripe_subscription_id": "sub_1",
        "attributes": {"tier": 1},
    }
    account = made(api.post("accounts/", sent))
    assert set(account) == FIELDS
    assert account == {**sent, "created_at": account["created_at"]}
    assert made(api.get("accounts/acme/"), 200) == account
    assert made(api.get("accounts/"), 200)["results"] == [account]


def test_an_account_without_an_external_id_is_given_one(api: Api) -> None:
    account = made(api.post("accounts/", {"name": "Acme"}))
    assert uuid.UUID(account["external_id"])
    assert made(api.get(f"accounts/{account['external_id']}/"), 200) == account


def test_only_what_is_sent_changes(api: Api) -> None:
    before = made(api.post("accounts/", {"external_id": "a", "name": "A", "seats": 1, "attributes": {"a": 1}}))
    after = made(api.patch("accounts/a/", {"seats": None, "attributes": {"a": None, "b": 2}}), 200)
    assert after == {**before, "seats": None, "attributes": {"b": 2}}


def test_upsert_makes_and_then_changes(api: Api) -> None:
    new = made(api.put("accounts/a%2Fb/", {"name": "A"}), 201)
    assert new["external_id"] == "a/b"
    assert made(api.put("accounts/a%2Fb/", {"plan": "pro", "external_id": "a/b"}), 200) == {**new, "plan": "pro"}
    assert made(api.get("accounts/a/b/"), 200)["plan"] == "pro"


def test_an_external_id_never_changes(api: Api) -> None:
    made(api.post("accounts/", {"external_id": "a"}))
    problem(api.patch("accounts/a/", {"external_id": "b"}), 400, "external_id_mismatch", "external_id")
    problem(api.put("accounts/a/", {"external_id": "b"}), 400, "external_id_mismatch", "external_id")
    assert Account.objects.get().external_id == "a"


def test_an_external_id_of_another_is_409(api: Api) -> None:
    made(api.post("accounts/", {"external_id": "a"}))
    problem(api.post("accounts/", {"external_id": "a"}), 409, "external_id_taken", "external_id")


def test_the_account_that_a_contact_names_is_the_same(api: Api) -> None:
    made(api.put("contacts/by/external_id/u1/", {"account": "acme"}), 201)
    assert made(api.put("accounts/acme/", {"name": "Acme"}), 200)["name"] == "Acme"
    assert made(api.put("contacts/by/external_id/u2/", {"account": "acme"}), 201)["account"] == "acme"
    assert Account.objects.count() == 1


@pytest.mark.parametrize(
    "field, value",
    [
        ("status", "paused"),
        ("status", None),
        ("status", "\ufffd"),
        ("seats", -1),
        ("seats", 2**31),
        ("seats", True),
        ("seats", 1.5),
        ("seats", "many"),
        ("mrr_minor", -1),
        ("mrr_minor", "1e9"),
        ("currency", "eur"),
        ("currency", "EURO"),
        ("currency", "€"),
        ("renews_on", "2026-02-30"),
        ("renews_on", "2026-02-01T00:00:00Z"),
        ("trial_ends_on", 20260201),
        ("timezone", "CET+1"),
        ("modules", "inbox"),
        ("modules", [1, {}]),
        ("modules", ["x" * 81]),
        ("modules", ["m"] * 201),
        ("owner", "u1"),
        ("domain", "https://acme.example/"),
        ("plan", "x" * 121),
        ("attributes", 5),
        ("name", "a\x1bb"),
    ],
)
def test_bad_values_are_refused_and_nothing_is_stored(api: Api, field: str, value: object) -> None:
    answer = api.put("accounts/acme/", {field: value})
    body = problem(answer, 400, "invalid")
    assert body["errors"][0]["field"].partition(".")[0] == field
    assert not Account.objects.exists()


def test_an_owner_from_another_workspace_is_not_found(api: Api, stranger: Api) -> None:
    theirs = made(stranger.post("contacts/", {}))["id"]
    problem(api.put("accounts/acme/", {"owner": theirs}), 404, "contact_not_found", "owner")
    problem(api.post("accounts/", {"owner": str(uuid.uuid4())}), 404, "contact_not_found", "owner")
    assert not Account.objects.exists()


def test_another_workspaces_account_is_not_found(api: Api, stranger: Api) -> None:
    account = made(api.post("accounts/", {"external_id": "acme", "name": "Ours"}))
    problem(stranger.get("accounts/acme/"), 404, "not_found")
    problem(stranger.patch("accounts/acme/", {"name": "Mine"}), 404, "not_found")
    assert made(stranger.get("accounts/"), 200)["results"] == []
    made(stranger.put("accounts/acme/", {"name": "Theirs"}), 201)
    assert made(api.get("accounts/acme/"), 200) == account


def test_an_address_that_can_be_no_external_id_is_refused(api: Api) -> None:
    problem(api.get("accounts/%00/"), 400, "invalid", "external_id")
    problem(api.patch(f"accounts/{'x' * 256}/", {}), 400, "invalid", "external_id")
