"""The accounts of a file are gathered over all of it, each once, the last word counting."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.chunks import AccountRow
from imports.csv import accounts
from imports.csv.accounts import Accounts, upper
from imports.csv.checking import AccountSaid
from imports.csv.spill import Marks

Gathered = tuple[list[AccountRow], dict[int, str]]

SAID = st.none() | st.builds(
    lambda external_id, name, plan, city: AccountSaid(
        external_id,
        None if external_id else name,
        {"name": name, **({"plan": plan} if plan else {}), **({"attributes": {city: "x"}} if city else {})},
    ),
    st.sampled_from([None, "1", "2"]), st.sampled_from(["Acme", "ACME", "Bolt"]), st.sampled_from(["", "Pro", "Free"]),
    st.sampled_from(["", "Bonn", "Ulm"]),
)  # fmt: skip


@pytest.fixture(autouse=True, params=[2, 20_000])
def _stretches(request: pytest.FixtureRequest) -> Iterator[None]:
    """With room for two accounts in memory, and for all."""
    before, accounts._MOST_SAID = accounts._MOST_SAID, request.param
    yield
    accounts._MOST_SAID = before


def gather(said: Sequence[AccountSaid | None], dropped: Sequence[int] = ()) -> Gathered:
    """Return the accounts, and of the rows whose account's name means one with an id, that id."""
    marks = Marks(len(said))
    for place in dropped:
        marks.add(place)
    with tempfile.TemporaryDirectory() as folder:
        gathered = Accounts(Path(folder))
        for one in said:
            gathered.add(one)
        rows = sorted(gathered.merged(marks, lambda: None))
        renamed = dict(gathered.renamed(0, len(said)))
        return rows, {place: external_id for place, external_id in renamed.items() if place not in dropped}


def plainly(said: Sequence[AccountSaid | None], dropped: Sequence[int]) -> Gathered:
    """The same, with everything in memory."""
    counts = [(place, one) for place, one in enumerate(said) if one is not None and place not in dropped]
    ids = {one.values["name"].upper(): one.external_id for _, one in counts if one.external_id}
    found: dict[tuple[str | None, str | None], AccountRow] = {}
    for place, one in counts:
        external_id = one.external_id or ids.get(one.values["name"].upper())
        key = (external_id, None if external_id else one.values["name"].upper())
        before = found.get(key, AccountRow(0, None, None, {})).values
        values = {**before, **one.values}
        if attributes := {**before.get("attributes", {}), **one.values.get("attributes", {})}:
            values["attributes"] = attributes
        found[key] = AccountRow(place, *key, values)
    renamed = {place: ids[one.name.upper()] for place, one in counts if one.name and one.name.upper() in ids}
    return sorted(found.values(), key=lambda row: row.number), renamed


@given(st.lists(SAID, max_size=12), st.lists(st.integers(0, 11), max_size=3))
def test_any_accounts_are_gathered_as_if_they_lay_in_memory(said: list[AccountSaid | None], dropped: list[int]) -> None:
    dropped = [place for place in dropped if place < len(said)]
    assert gather(said, dropped) == plainly(said, dropped)


def test_of_an_account_the_last_word_counts_field_by_field() -> None:
    said = [
        AccountSaid("1", None, {"name": "Acme", "plan": "Free", "attributes": {"a": "1", "b": "1"}}),
        AccountSaid("1", None, {"plan": "Pro", "attributes": {"b": "2"}}),
        AccountSaid("1", None, {"seats": 5}),
    ]
    values = {"name": "Acme", "plan": "Pro", "seats": 5, "attributes": {"a": "1", "b": "2"}}
    assert gather(said)[0] == [AccountRow(2, "1", None, values)]


def test_what_a_row_says_that_does_not_count_is_not_heard() -> None:
    said = [AccountSaid(None, name, {"name": name, "plan": plan}) for name, plan in (("Acme", "Free"), ("acme", "Pro"))]
    assert gather(said, [1])[0] == [AccountRow(0, None, "ACME", {"name": "Acme", "plan": "Free"})]
    assert gather(said, [0, 1])[0] == []


def test_a_name_means_the_account_that_has_it_beside_an_id() -> None:
    said = [
        AccountSaid(None, "acme", {"name": "acme", "plan": "Pro"}),
        AccountSaid("1", None, {"name": "Acme"}),
        None,
        AccountSaid("1", None, {"name": "Acme Inc"}),
    ]
    assert gather(said) == ([AccountRow(3, "1", None, {"name": "Acme Inc", "plan": "Pro"})], {0: "1"})


def test_names_are_compared_letter_by_letter() -> None:
    assert (upper("straße"), upper("ÅRE"), upper("åre")) == ("STRAßE", "ÅRE", "ÅRE")
