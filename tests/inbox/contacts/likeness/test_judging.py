"""How likely two are one person, and why."""

from __future__ import annotations

import pytest

from inbox.contacts.likeness.judging import THRESHOLD
from tests.inbox.contacts.likeness.people import codes, known, verdict

ALIKE = {
    "one mailbox": (known(email="jane@acme.io"), known("Jane Doe", "Jane@Acme.io"), "same_email"),
    "one mailbox with dots": (known(email="ja.ne.doe@gmail.com"), known(email="janedoe@gmail.com"), "same_email"),
    "a slip in a known domain": (known(email="jane@gmial.com"), known(email="jane@gmail.com"), "near_email"),
    "a slip before the @": (
        known("Jane", "jane.hopprr@acme.io"),
        known("Jane Hopper", "jane.hopper@acme.io"),
        "near_email",
    ),
    "two domains of one company": (
        known("Jane Hopper", "jane.hopper@acme.io"),
        known("Jane", "jane.hopper@acme.de"),
        "same_local_part",
    ),
    "one mobile number": (
        known("Jane Doe", phone="+4915123456780"),
        known("Jane", phone="0151 23456780", timezone="Europe/Berlin"),
        "same_phone",
    ),
    "a customer number and a pet name": (
        known("Bob Stone", external_id="CUST-0042"),
        known("Stone, Robert", external_id="cust42"),
        "same_external_id",
    ),
    "one browser and no names": (known(device="b"), known(email="jane@acme.io", device="b"), "same_device"),
    "one browser after a wedding": (known("Jane Doe", device="b"), known("Jane Roe", device="b"), "same_device"),
    "name and company": (
        known("Jane Doe", company="acme.io"),
        known("DOE, Jane", email="jd@acme.io"),
        "same_name_and_company",
    ),
    "name and city": (known("Jane Doe", city="Lima"), known("Jane Doe", city="LIMA"), "same_name_and_city"),
    "a name in two scripts": (
        known("Ольга Щербакова", device="b", email="olga@acme.io"),
        known("Olga Shcherbakova", device="b"),
        "same_device",
    ),
}

APART = {
    "nothing in common": (known("Jane Doe", "jane@acme.io"), known("Jim Roe", "jim@acme.io")),
    "a name alone": (known("Jane Doe"), known("Jane Doe")),
    "a family's browser": (known("Jane Doe", device="b"), known("Peter Doe", device="b")),
    "a family's number": (known("Jane Doe", phone="+4915123456780"), known("Peter Doe", phone="+4915123456780")),
    "a family's mailbox": (known("Jane Doe", "doe@acme.io"), known("Peter Doe", "doe@acme.io")),
    "names that differ in their last vowel": (known("Paolo Neri", device="b"), known("Paola Neri", device="b")),
    "the names that addresses spell": (
        known(email="jane.doe@acme.io", device="b"),
        known(email="peter.doe@gmail.com", device="b"),
    ),
    "a shared inbox": (known(email="info@acme.io"), known("Jane Doe", "info@acme.io")),
    "an inbox shared in another language": (known(email="buchhaltung@acme.io"), known(email="buchhaltung@acme.io")),
    "two of one given name at a shared inbox": (
        known("Jane Doe", "info@acme.io"),
        known("Jane Roe", "info@acme.io"),
    ),
    "numbered addresses": (known(email="jane1@gmail.com"), known(email="jane2@gmail.com")),
    "addresses as their owners are called": (
        known("Hung Tran", "hung.tran@acme.io"),
        known("Hong Tran", "hong.tran@acme.io"),
    ),
    "two addresses that were both proved": (
        known(email="jane.hopper@acme.io", verified=True),
        known(email="jane.hoper@acme.io", verified=True),
    ),
    "namesakes at a company": (
        known("Jane Doe", "jane.doe@acme.io"),
        known("Jane Doe", "jane.doe2@acme.io"),
    ),
    "father and son": (known("John Doe Sr.", device="b"), known("John Doe Jr.", device="b")),
    "years of birth": (
        known("John Doe", "doe@acme.io", birth_year="1950"),
        known("John Doe", "doe@acme.io", birth_year="1980"),
    ),
    "a customer number of somebody else": (known("Jane Doe", external_id="42-1"), known("Jim Roe", external_id="421")),
    "an office's line": (known("Jane Doe", phone="+49 30 901820"), known(phone="+49 30 901820")),
    "an office's lines": (known("", phone="+4930901820 ext. 12"), known("", phone="+4930901820 ext. 13")),
}


@pytest.mark.parametrize("case", ALIKE)
def test_these_are_suggested_and_it_is_said_why(case: str):
    one, other, code = ALIKE[case]
    found = verdict(one, other)

    assert found.score >= THRESHOLD
    assert code in codes(found)


@pytest.mark.parametrize("case", APART)
def test_these_are_not_suggested(case: str):
    assert verdict(*APART[case]).score < THRESHOLD


@pytest.mark.parametrize("what", [known(email="jane@acme.io"), known(phone="+4915123456780"), known(device="b")])
def test_what_many_share_says_nothing_by_itself(what):
    assert verdict(what, what).score >= THRESHOLD
    assert verdict(what, what, sharers=51).score < THRESHOLD


def test_what_many_share_says_something_together_with_the_name():
    one, other = known("Jane Doe", "team@acme.io", device="b"), known("DOE Jane", "team@acme.io", device="b")

    assert verdict(one, other, sharers=51).score >= THRESHOLD


def test_a_name_that_many_have_says_less_in_a_city():
    one = known("Jane Doe", city="Lima")

    assert verdict(one, one, sharers=20).score < THRESHOLD


@pytest.mark.parametrize(
    ("real", "posing"),
    [
        ("anna.petrova@acme.io", "аnna.petrova@acme.io"),  # Cyrillic а
        ("anna.petrova@acme.io", "anna.petrova@асme.io"),  # Cyrillic а, с in the domain
        ("cop.ocean@acme.io", "сор.осеап@acme.io"),  # wholly Cyrillic
        ("paul.mill@acme.io", "paul.rnill@acme.io"),
        ("paul.stone@acme.io", "pau1.stone@acme.io"),
        ("anna@bank.com", "anna@xn--bnk-6cd.com"),
    ],
)
def test_addresses_that_only_look_alike_are_never_the_same_and_are_warned_of(real: str, posing: str):
    found = verdict(known("Anna Petrova", real, company="acme.io"), known("Anna Petrova", posing, company="acme.io"))

    assert found.score < THRESHOLD
    assert "homograph" in codes(found)
    assert not codes(found) & {"same_email", "near_email", "same_local_part"}
    assert next(reason for reason in found.reasons if reason.is_warning).words.startswith("Careful: ")


def test_reasons_are_sentences_for_who_decides():
    found = verdict(known("Jane Doe", "jane@acme.io", device="b"), known("Jane Doe", "jane@acme.io", device="b"))

    assert [reason.words for reason in found.reasons] == [
        "Both gave jane@acme.io.", "The same browser was used by both.",
        "Both are called Jane Doe and belong to one company.",
    ]  # fmt: skip


def test_evidence_stays_while_it_rests_on_the_same():
    one, other = known("Jane Doe", "Jane@acme.io"), known("Doe, Jane", "jane@acme.io")
    before = {reason.evidence for reason in verdict(one, other).reasons}

    assert before == {reason.evidence for reason in verdict(other, one, sharers=4).reasons}
    more = known("Jane Doe", "Jane@acme.io", device="b"), known("Doe, Jane", "jane@acme.io", device="b")
    assert before < {reason.evidence for reason in verdict(*more).reasons}
