"""What the server says is checked before the hammer moves."""

from __future__ import annotations

import json
import uuid

import pytest
from frontdesk_bell.frames import BadFrame, Heartbeat, Ready, Ring, read
from frontdesk_bell.words import plain
from hypothesis import given
from hypothesis import strategies as st

ID = "0192f0c1-2d3e-7f40-8a51-6b72c83d94e5"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    max_leaves=5,
)


def ring(pattern: object, **more: object) -> str:
    return json.dumps({"type": "ring", "id": ID, "pattern": pattern, "reason": "Ada signed up", **more})


def test_a_ring_is_read_and_what_is_new_in_it_is_ignored() -> None:
    assert read(ring([80, 620, 80], volume=11)) == Ring(ID, (80, 620, 80), "Ada signed up")


def test_a_ring_without_a_reason_is_one_too() -> None:
    assert read(json.dumps({"type": "ring", "id": ID, "pattern": [80]})) == Ring(ID, (80,), "")


def test_an_id_in_capitals_is_the_same_ring() -> None:
    assert read(ring([80], id=ID.upper())) == read(ring([80]))


@pytest.mark.parametrize(
    "pattern",
    [
        [],
        None,
        80,
        "80",
        {"on": 80},
        [80, -1],
        [0],
        [80.0],
        [float("nan")],
        [float("inf")],
        ["80"],
        [True],
        [None],
        [[80]],
        [5001],
        [10**30],
        [50] * 65,
        [1] * 10_000,
        [5000, 5000, 80],
    ],
    ids=repr,
)
def test_a_pattern_that_no_bell_could_play_is_refused(pattern: object) -> None:
    with pytest.raises(BadFrame, match="pattern"):
        read(ring(pattern))


@pytest.mark.parametrize("id_", ["", "1", None, 7, ["x"], "0" * 5000])
def test_a_ring_without_a_proper_id_is_refused(id_: object) -> None:
    with pytest.raises(BadFrame, match="UUID"):
        read(ring([80], id=id_))


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "null", '"ring"', "[" * 100_000, "9" * 5000, b"\x00ring"])
def test_what_is_no_frame_is_refused(text: str | bytes) -> None:
    with pytest.raises(BadFrame):
        read(text)


def test_frames_of_kinds_to_come_are_ignored() -> None:
    assert read('{"type": "firmware", "url": "https://nowhere"}') is None
    assert read('{"type": ["ring"]}') is None
    assert read("{}") is None


@pytest.mark.parametrize(
    ("said", "taken"),
    [(3, 3.0), (0.5, 0.5), (None, 25.0), (0, 25.0), (-1, 25.0), (1e9, 25.0), ("3", 25.0), (True, 25.0)],
)
def test_a_heartbeat_that_makes_no_sense_is_taken_for_25_seconds(said: object, taken: float) -> None:
    assert read(json.dumps({"type": "ready", "heartbeat": said})) == Ready(taken)


def test_a_heartbeat_is_read() -> None:
    assert read('{"type": "heartbeat", "seq": 7}') == Heartbeat()


@given(
    frame=st.fixed_dictionaries({"type": st.just("ring"), "id": JSON | st.just(ID), "pattern": JSON, "reason": JSON})
)
def test_whatever_a_ring_holds_it_is_playable_or_refused(frame: dict[str, object]) -> None:
    try:
        read_frame = read(json.dumps(frame))
    except BadFrame:
        return
    assert isinstance(read_frame, Ring)
    assert uuid.UUID(read_frame.id)
    assert all(type(ms) is int and 0 < ms <= 5000 for ms in read_frame.pattern)
    assert read_frame.reason.isprintable()


@given(text=st.text())
def test_whatever_is_said_is_one_printable_line_that_can_be_written(text: str) -> None:
    line = plain(text)
    assert line.isprintable()
    assert line.encode() is not None


def test_control_characters_and_hidden_directions_are_written_out() -> None:
    assert plain("Ada\n\x1b[31mroot\u202egnp\ud800") == "Ada\\n\\x1b[31mroot\\u202egnp\\ud800"


def test_a_long_reason_is_cut() -> None:
    assert plain("é" * 1000) == "é" * 299 + "…"
