"""How a bell may be struck."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bell.patterns import (
    DING_DING,
    LONGEST_ON,
    ROLL,
    PatternRefused,
    address_of,
    checked,
    numbers_of,
    pause_after,
    seconds,
    written,
)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ding", "ding"),
        ("  Ding-Ding ", "ding-ding"),
        ("roll at Kitchen", "roll at Kitchen"),
        ("80 400 80", "80 400 80"),
        ("80, 400, 80, 500", "80 400 80"),
        ("80", "ding"),
        ("ding at Café  am Eck", "ding at Café am Eck"),
    ],
)
def test_an_address_is_a_pattern_and_perhaps_a_bell(text, address) -> None:
    assert str(address_of(text)) == address
    assert str(address_of(address)) == address


@pytest.mark.parametrize(
    "text", ["", "dong", "at Kitchen", "ding at ", "-80", "80.5", "1e2", "٨٠", "80 10 80", "900", "5 100 5", "80 " * 99]
)
def test_what_no_bell_can_be_struck_in_is_refused_with_what_to_write(text) -> None:
    with pytest.raises(PatternRefused) as refused:
        address_of(text)
    assert len(str(refused.value)) > 20


def test_two_strikes_of_a_ding_ding_are_as_far_apart_as_strikes_may_be() -> None:
    assert DING_DING[0] + DING_DING[1] == 700
    assert pause_after(DING_DING) == 1.4
    assert pause_after([80]) == 0.7
    assert pause_after(ROLL) == 10


@given(st.lists(st.integers(-10, 12_000), max_size=60))
def test_whatever_is_accepted_keeps_the_coil_cool_and_reads_back_as_itself(numbers) -> None:
    try:
        kept = checked(numbers)
    except PatternRefused:
        return
    assert len(kept) % 2 == 1
    assert all(10 <= number <= LONGEST_ON for number in kept[::2])
    assert seconds(kept) <= 10
    assert numbers_of(written(kept)) == kept
