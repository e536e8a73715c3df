"""What a contact is found by: the same key for all spellings of one fact."""

from __future__ import annotations

import pytest

from inbox.contacts.likeness.keys import MOST, keys
from tests.inbox.contacts.likeness.people import known, share


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jane.Doe@Acme.Test.io", "jane.doe@acme.test.io"),
        ("janedoe@gmail.com", "jane.d.oe+shop@googlemail.com"),
        ("jane+news@outlook.com", "jane@outlook.com"),
        ("jane+news@fastmail.com", "jane@fastmail.com"),
        ("jane+x@proton.me", "jane@proton.me"),
        ("jane+x@icloud.com", "jane@icloud.com"),
        ("jane@gmial.com", "jane@gmail.com"),
        ("jane@gmail.con", "jane@gmail.com"),
        ("jane@bücher.de", "jane@xn--bcher-kva.de"),
    ],
)
def test_one_mailbox_has_one_key(one: str, other: str):
    assert share(known(email=one), known(email=other), "email")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("jane.doe@acme.io", "janedoe@acme.io"),
        ("jane+news@acme.io", "jane@acme.io"),
        ("jane@acme.io", "jane@acne.io"),
        ("jane@mail.com", "jane@gmail.com"),
        ("jane1@gmail.com", "jane2@gmail.com"),
        ("аnna@gmail.com", "anna@gmail.com"),  # the first letter of the one is Cyrillic
    ],
)
def test_two_mailboxes_have_two_keys(one: str, other: str):
    assert not share(known(email=one), known(email=other), "email")


@pytest.mark.parametrize(
    "address", ["none@none.com", "test@acme.io", "noreply@acme.io", "jane@nowhere.invalid", "a@a.com"]
)
def test_an_address_that_stands_for_none_is_no_key(address: str):
    assert keys(known(email=address)) == {}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (known(phone="+49 151 23456780"), known(phone="0151/234 567 80", timezone="Europe/Berlin")),
        (known(phone="0049 (151) 23456780"), known(phone="0151-23456780", email="jane@acme.de")),
        (known(phone="+1 (415) 555-2671"), known(phone="415.555.2671 ext. 12")),
        (known(phone="٠١٠٢٢٧٤٩١٦٨"), known(phone="+20 10 2274 9168")),
        (known(phone="0151 23456780"), known(phone="+4915123456780")),
    ],
)
def test_one_line_has_one_key_however_it_is_written(one, other):
    assert share(one, other, "phone")


@pytest.mark.parametrize("number", ["", "12", "0000000000", "1111111", "123456789", "call me", "+", "9" * 60])
def test_what_is_no_number_is_no_key(number: str):
    assert keys(known(phone=number)) == {}


@pytest.mark.parametrize(
    ("one", "other"), [("CUST-0042", "cust 42"), ("0569830", "569830.0"), ("K-0750899", "750899"), ("AB_c-9", "abc9")]
)
def test_a_customer_number_has_one_key_however_it_was_copied(one: str, other: str):
    assert share(known(external_id=one), known(external_id=other), "external_id")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jane Doe", "DOE, Jane"),
        ("José Núñez", "jose nunez"),
        ("Jörg Groß", "Joerg Gross"),
        ("Dr. Jane Doe", "Jane Doe"),
        ("Александр Щербаков", "Aleksandr Shcherbakov"),
        ("יוסף פרץ", "Yosef Peretz"),
        ("Xie Wei", "谢伟"),
    ],
)
def test_a_name_has_one_key_in_any_order_script_and_spelling(one: str, other: str):
    assert share(known(one), known(other), "name")


def test_a_name_is_read_out_of_an_address_that_spells_it():
    assert share(known("Jörg", "joerggross@acme.io"), known("Jörg Groß"), "name")
    assert share(known(email="jane.doe@acme.io"), known("Jane Doe"), "name")


def test_an_address_with_swapped_or_doubled_letters_is_found():
    assert share(known(email="garce.hopper@acme.io"), known(email="gracce.hopper@acme.io"), "letters")


def test_a_slip_in_a_companys_domain_is_found():
    assert share(known(email="grace.hopper@riveryard.cn"), known(email="grace.hopper@riveyard.cn"), "local")


def test_nobody_has_more_keys_than_are_stored():
    many = known(
        "Anna Maria Luisa Giovanna de la Cruz", "anna.maria@acme.io", "+4915123456780", "4711", "a browser", "acme.io",
        city="Lima",
    )  # fmt: skip

    assert 8 < len(keys(many)) <= MOST
    assert all(-(2**63) <= key < 2**63 for key in keys(many))
