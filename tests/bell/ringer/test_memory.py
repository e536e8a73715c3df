"""Which rings were struck is remembered over a restart, and a broken file stops nobody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from frontdesk_bell.memory import KEPT, Memory


def test_a_ring_is_remembered_over_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "rings.json"
    Memory(file).note("a")
    again = Memory(file)
    assert "a" in again
    assert "b" not in again


def test_the_last_two_hundred_are_kept(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "rings.json")
    for number in range(KEPT + 5):
        memory.note(str(number))
    again = Memory(tmp_path / "rings.json")
    assert [number for number in range(KEPT + 5) if str(number) in again] == list(range(5, KEPT + 5))
    assert "4" not in memory


def test_nothing_is_left_beside_the_file(tmp_path: Path) -> None:
    Memory(tmp_path / "rings.json").note("a")
    assert [file.name for file in tmp_path.iterdir()] == ["rings.json"]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b"[]", b'"rings"', b'{"rings": {"a": 1}}', b'{"rings": [1]}', b"[" * 100_000]
)
def test_a_corrupt_file_is_said_and_made_anew(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rings.json"
    file.write_bytes(content)
    memory = Memory(file)
    assert "cannot be read" in capsys.readouterr().err
    memory.note("a")
    assert json.loads(file.read_text()) == {"rings": ["a"]}


def test_a_file_that_cannot_be_written_is_said_once_and_does_without(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "no-folder").write_text("a file where a folder should be")
    memory = Memory(tmp_path / "no-folder" / "rings.json")
    capsys.readouterr()
    memory.note("a")
    memory.note("b")
    assert "a" in memory
    assert "b" in memory
    assert capsys.readouterr().err.count("not remembered over a restart") == 1


def test_a_file_that_is_a_folder_leaves_no_rubbish(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rings.json").mkdir()
    memory = Memory(tmp_path / "rings.json")
    memory.note("a")
    assert "a" in memory
    assert [file.name for file in tmp_path.iterdir()] == ["rings.json"]
