"""Which rows of a file speak of the same person is found as if all of them lay in memory."""

from __future__ import annotations

import tempfile
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from imports.chunks import ContactRow
from imports.csv.keys import Judged, Keys

Found = tuple[list[int], dict[int, int], list[int], list[int]]

ROWS = st.lists(
    st.builds(
        lambda email, external_id, phone: ContactRow(0, email, external_id, phone),
        st.sampled_from([None, "a@x", "b@x", "c@x"]), st.sampled_from([None, "1", "2", "3"]),
        st.sampled_from([None, "+1", "+2"]),
    ).filter(lambda row: bool(row.email or row.external_id)),
    max_size=12,
)  # fmt: skip


def judge(rows: Sequence[ContactRow], key: str, expected: int = 300_000) -> Found:
    """Return (superseded, refused twins and who keeps what they share, claims of emails, of phones)."""
    with tempfile.TemporaryDirectory() as folder:
        keys = Keys(Path(folder), key, expected)
        for place, row in enumerate(rows):
            keys.add(place, row)
        return told(keys.judge(len(rows), lambda: None), len(rows))


def told(judged: Judged, count: int) -> Found:
    found = dict(judged.twins(0, count))
    assert set(judged.dropped.within(0, count)) == set(found) | set(judged.superseded.within(0, count))
    return (
        judged.superseded.within(0, count), found,
        judged.claims_email.within(0, count), judged.claims_phone.within(0, count),
    )  # fmt: skip


def plainly(rows: Sequence[ContactRow], key: str) -> Found:
    """The same, said as it is meant, with everything in memory."""
    other = "external_id" if key == "email" else "email"

    def goes_by(row: ContactRow) -> tuple[str, str]:
        own = getattr(row, key)
        return (key, own) if own is not None else (other, getattr(row, other))

    superseded = [
        place for place, row in enumerate(rows) if any(goes_by(later) == goes_by(row) for later in rows[place + 1 :])
    ]
    twins: dict[int, int] = {}
    emails = []
    for place, row in enumerate(rows):
        if place in superseded or getattr(row, other) is None:
            continue
        keepers = [
            at
            for at, one in enumerate(rows)
            if at not in superseded and getattr(one, key) is not None and getattr(one, other) == getattr(row, other)
        ]
        if not keepers or keepers[0] == place:
            continue
        if key == "external_id" and row.external_id is not None:
            emails.append(place)
        else:
            twins[place] = keepers[0]
    left = [place for place in range(len(rows)) if place not in superseded and place not in twins]
    phones = [
        place
        for place in left
        if rows[place].phone and any(rows[at].phone == rows[place].phone for at in left if at < place)
    ]
    return superseded, twins, emails, phones


@given(ROWS, st.sampled_from(["email", "external_id"]), st.sampled_from([1, 300_000]))
def test_any_rows_are_judged_as_if_they_lay_in_memory(rows: list[ContactRow], key: str, expected: int) -> None:
    assert judge(rows, key, expected) == plainly(rows, key)


def test_the_last_row_with_a_key_wins() -> None:
    rows = [ContactRow(2, "a@x", name="A"), ContactRow(3, "b@x"), ContactRow(4, "a@x", name="B")]
    assert judge(rows, "email") == ([0], {}, [], [])


def test_a_user_id_is_kept_by_the_first_of_those_who_have_it() -> None:
    rows = [ContactRow(2, "a@x", "1"), ContactRow(3, "b@x", "1"), ContactRow(4, None, "1")]
    assert judge(rows, "email") == ([], {1: 0, 2: 0}, [], [])


def test_an_email_of_two_user_ids_is_proved_by_the_first() -> None:
    rows = [ContactRow(2, "a@x", "1"), ContactRow(3, "a@x", "2"), ContactRow(4, "a@x", None)]
    assert judge(rows, "external_id") == ([], {2: 0}, [1], [])


def test_a_row_that_is_superseded_or_refused_proves_nothing() -> None:
    rows = [
        ContactRow(2, "a@x", "1", "+1"), ContactRow(3, "a@x", "2", "+2"), ContactRow(4, "b@x", "2", "+3"),
        ContactRow(5, "c@x", "1", "+1"), ContactRow(6, "d@x", "4", "+3"), ContactRow(7, "e@x", "5", "+1"),
    ]  # fmt: skip
    assert judge(rows, "email") == ([0], {2: 1}, [], [5])


def test_memory_does_not_grow_with_the_rows() -> None:
    def peak(count: int) -> float:
        with tempfile.TemporaryDirectory() as folder:
            tracemalloc.start()
            keys = Keys(Path(folder), "email", count)
            for place in range(count):
                keys.add(place, ContactRow(place, f"p{place % 997}-{place}@x.example", f"{place}", f"+{place}"))
            judged = keys.judge(count, lambda: None)
            most = tracemalloc.get_traced_memory()[1] / 1e6
            tracemalloc.stop()
            assert not judged.dropped.within(0, count)
            return most

    assert peak(60_000) < peak(30_000) * 1.5
