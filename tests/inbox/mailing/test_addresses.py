"""Reply addresses: short, folded as mail folds them, and nobody makes one up."""

from __future__ import annotations

import base64
import uuid

import pytest
from django.core.validators import validate_email

from inbox.mailing import addresses
from tests.factories import make_teammate

CONVERSATION = uuid.UUID("0192f0c1-2222-7333-8444-555566667777")


def test_an_address_says_whose_answer_it_takes_and_about_what(bea) -> None:
    address = addresses.address_for(bea, CONVERSATION)
    assert addresses.read(address) == (CONVERSATION, bea.pk)
    assert addresses.read(address.upper()) == (CONVERSATION, bea.pk), "mail programs may fold its case"
    assert addresses.read(f" {address} ") == (CONVERSATION, bea.pk)
    assert len(address.rpartition("@")[0]) <= 64
    validate_email(address)


def test_each_teammate_and_each_conversation_has_another_one(bea, workspace) -> None:
    cem = make_teammate(workspace, "cem")
    made = {addresses.address_for(mate, place) for mate in (bea, cem) for place in (CONVERSATION, uuid.uuid4())}
    assert len(made) == 4


def test_every_letter_of_it_is_signed(bea) -> None:
    address = addresses.address_for(bea, CONVERSATION)
    local, _, domain = address.rpartition("@")
    for at in range(len(addresses.PREFIX), len(local)):
        other = "a" if local[at] != "a" else "b"
        assert addresses.read(f"{local[:at]}{other}{local[at + 1 :]}@{domain}") is None, at


def test_the_hash_of_one_conversation_does_not_fit_another(bea) -> None:
    local = addresses.address_for(bea, CONVERSATION).rpartition("@")[0]
    packed = base64.b32decode(local.removeprefix("reply+"), casefold=True)
    forged = base64.b32encode(uuid.uuid4().bytes + packed[16:]).decode().lower()
    assert addresses.read(f"reply+{forged}@in.shop.test") is None


@pytest.mark.parametrize(
    "given",
    ["", "@", "reply+@in.shop.test", "reply+aaaa@in.shop.test", "hello@in.shop.test", "reply+ü@in.shop.test",
     f"reply+{'a' * 56}@in.shop.test", f"reply+{'a' * 4000}@in.shop.test", "reply+\0@in.shop.test", "ada@shop.test"],
)  # fmt: skip
def test_what_we_did_not_make_stands_for_nothing(given) -> None:
    assert addresses.read(given) is None


def test_another_domain_is_not_ours(bea, settings) -> None:
    address = addresses.address_for(bea, CONVERSATION)
    settings.INBOUND_EMAIL_DOMAIN = "other.test"
    assert addresses.read(address) is None


def test_without_a_domain_there_is_none(bea, settings) -> None:
    settings.INBOUND_EMAIL_DOMAIN = ""
    assert addresses.address_for(bea, CONVERSATION) == ""
    assert addresses.read("reply+aaaa@") is None


def test_a_changed_secret_key_takes_them_until_it_is_forgotten(bea, settings) -> None:
    address, former = addresses.address_for(bea, CONVERSATION), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 10, [former]
    assert addresses.read(address) == (CONVERSATION, bea.pk)
    settings.SECRET_KEY_FALLBACKS = []
    assert addresses.read(address) is None
