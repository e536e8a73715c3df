"""docs/contacts.md names the fields and operators that there are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from inbox.contacts.fields import Fields, Type
from inbox.contacts.operators import OF_TYPE
from inbox.models.profiles import ProfileKind

PAGE = (Path(__file__).parents[4] / "docs" / "contacts.md").read_text(encoding="utf-8")
WORDS = {
    "text": Type.TEXT, "number": Type.NUMBER, "moment": Type.TIME, "day": Type.DATE, "yes or no": Type.BOOLEAN,
    "one of a few words": Type.CHOICE, "list": Type.LIST,
}  # fmt: skip


def table(first: str) -> list[list[str]]:
    """Return the rows of the table whose first column has this title."""
    lines = PAGE.partition(f"| {first} |")[2].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_each_type_has_the_operators_that_it_takes() -> None:
    said = {WORDS[kind]: re.findall(r"`(\w+)`", operators) for kind, operators in table("type")}
    assert {kind: sorted(known) for kind, known in said.items()} == {
        kind: sorted(known) for kind, known in OF_TYPE.items()
    }


def test_each_field_is_there_with_its_type_and_none_is_left_out() -> None:
    said: dict[str, Any] = {}
    for names, kind in table("field"):
        keys = re.findall(r"`([\w.]+)`", names)
        (*whole,) = (key for key in keys if not key.startswith("."))
        endings = [key for key in keys if key.startswith(".")]
        said |= {key: WORDS[kind] for key in whole if kind in WORDS and "KEY" not in key}
        said |= {key.rpartition(".")[0] + ending: WORDS[kind] for key in whole for ending in endings}
    known = {field.key: field.type for group in Fields(ProfileKind.CONTACT, []).offered().values() for field in group}
    assert said == known
