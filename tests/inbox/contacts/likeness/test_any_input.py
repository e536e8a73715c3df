"""Whatever is written into a profile, it is read, and two are judged the same from either side."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.contacts.likeness.facts import Facts, Handle
from inbox.contacts.likeness.judging import judge
from inbox.contacts.likeness.keys import MOST, keys

# Pieces that meet each other often, in the shapes that the code looks for, and anything at all between.
PIECES = st.sampled_from(
    ["jane", "Jané", "doe", "Doe-Roe", "J.", "Jr.", "von", "@", "gmail.com", "gmial.com", "acme.io", "аcme.io", ".",
     "+x", "+49", "0151", "23456780", "ext. 3", "K-", "0042", "谢伟", "יוסף", "Ольга", "المصري", "이승현",
     ",", " ", "\x00", "\u202e", "xn--", "٣", "İ", "ß", "-", "1970", "�"]
)  # fmt: skip
TEXT = st.one_of(st.lists(PIECES, max_size=6).map("".join), st.text(max_size=30))
HANDLES = st.lists(st.builds(Handle, TEXT, st.booleans()), max_size=3).map(tuple)
TEXTS = st.lists(TEXT, max_size=2).map(tuple)
FACTS = st.builds(
    Facts,
    names=TEXTS,
    emails=HANDLES,
    phones=HANDLES,
    external_ids=HANDLES,
    devices=TEXTS,
    companies=TEXTS,
    accounts=st.lists(st.integers(1, 3), max_size=1).map(tuple),
    timezones=st.lists(st.sampled_from(["Europe/Berlin", "Asia/Tokyo", "Nowhere", ""]), max_size=2).map(tuple),
    attributes=st.lists(st.tuples(st.sampled_from(["city", "Birth year", "x"]), TEXT), max_size=2).map(tuple),
)


@settings(max_examples=200)
@given(FACTS, FACTS, st.integers(1, 51))
def test_two_are_judged_the_same_from_either_side(one: Facts, other: Facts, sharers: int):
    crowd = dict.fromkeys(keys(one).keys() | keys(other).keys(), sharers)
    verdict = judge(one, other, crowd)

    assert verdict == judge(other, one, crowd)
    assert 0 <= verdict.score <= 1
    assert len(keys(one)) <= MOST


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "@" * 50_000, "a." * 50_000, "é" * 50_000, "+4" * 50_000, " " * 50_000]
)
def test_an_absurd_length_is_read_and_found_wanting(text: str):
    facts = Facts(
        names=(text,), emails=(Handle(text), Handle(f"{text}@acme.io")), phones=(Handle(text),),
        external_ids=(Handle(text),), companies=(text,), timezones=(text,), attributes=(("city", text),),
    )  # fmt: skip

    assert len(keys(facts)) <= MOST
    assert judge(facts, facts, {}).score <= 1
