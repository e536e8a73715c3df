"""Which field a column is by its name, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from imports.csv import words
from imports.csv.fields import FIELDS, known_as, plain

_ALIASES = {
    field.key: {plain(word): place for place, word in reversed(list(enumerate((field.key, *field.aliases))))}
    for field in FIELDS
}
_IN_BRACKETS = re.compile(r"[(\[（].*?[)\]）]")
_WORDS = re.compile(r"[^\W_]+")
_NUMBERED = re.compile(r"[ _-]?1(?: - value)?\s*\Z", re.IGNORECASE)


def by_name(column: str) -> tuple[str, int]:
    """Return the field of a column and how sure it is (the more, the surer); ("", 0) for none."""
    for doubt, said in enumerate(_readings(column)):
        if field := known_as(said):
            return field, 1_000 - 100 * doubt - _ALIASES[field].get(plain(said), 99)
    return "", 0


def _readings(column: str) -> Iterator[str]:
    """Yield a name as it stands, and with ever more taken off that says nothing of its field."""
    yield column
    bare = _NUMBERED.sub("", _IN_BRACKETS.sub("", column)).strip()
    yield bare
    spoken = _WORDS.findall(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", bare))
    if len(spoken) > 1 and spoken[0].lower() in words.OF_COMPANY:
        yield f"account {' '.join(spoken[1:])}"
    elif len(spoken) > 1 and spoken[0].lower() in words.OF_PERSON:
        yield " ".join(spoken[1:])
