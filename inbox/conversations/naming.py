"""Which handles a note's text names. Pure: what they stand for is asked elsewhere (mentions.py)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Code is quoted, not said: fenced blocks, then spans between equal runs of backticks. Links may hold an @ of their own.
# Runs are taken whole (possessive): a text of nothing but backticks must not take seconds.
_NOT_SAID = re.compile(
    r"^(?P<fence>`{3,}+|~{3,}+)[^\n]*\n.*?(?:^(?P=fence)[ \t]*$|\Z)"
    r"|(?<!`)(?P<ticks>`++)[^\n]*?(?<!`)(?P=ticks)(?!`)"
    r"|\b(?:https?://|www\.|mailto:)\S+",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
# No letter, digit, @ or / stands before it: that would be an address or a path.
_NAMED = re.compile(r"(?P<before>.?)(?<![\w@/])@(?P<handle>[A-Za-z0-9][A-Za-z0-9_.-]*)(?=(?P<next>.?))", re.DOTALL)
LONGEST = 39


@dataclass(frozen=True, slots=True)
class Named:
    """A handle in a text, in small letters, and where it stands (`start` is at the @, `end` behind the last letter).

    `longer` is the same with the dots and dashes that follow it: "@ada." may be the end of a sentence, or a handle.
    """

    handle: str
    start: int
    end: int
    longer: str


def named_in(text: str) -> list[Named]:
    """Return the handles that a text names, in order. Not those in code, links and email addresses.

    Full-width letters, as Asian keyboards write them, are read as plain ones; other letters that merely look like
    ours end nothing and name nobody.
    """
    plain = _NOT_SAID.sub(lambda found: " " * len(found[0]), _narrow(text))
    return [found for match in _NAMED.finditer(plain) if (found := _named(match)) is not None]


def _named(match: re.Match[str]) -> Named | None:
    longer = match["handle"].lower()
    handle = longer.rstrip("._-")
    after = match["next"]
    # Signs that belong to the word: letters of another script, accents, or what makes it an address or a path.
    if _is_accent(match["before"]) or _is_accent(after) or after.isalnum() or (after and after in "@/"):
        return None
    if not handle or len(handle) > LONGEST:
        return None
    start = match.start("handle") - 1
    return Named(handle, start, start + 1 + len(handle), longer[:LONGEST])


def _is_accent(sign: str) -> bool:
    return bool(sign) and unicodedata.category(sign).startswith("M")


def _narrow(text: str) -> str:
    """Return text with full-width signs (U+FF01 to U+FF5E) as plain ones, each in its place."""
    return text.translate(_WIDE)


_WIDE = {sign: sign - 0xFEE0 for sign in range(0xFF01, 0xFF5F)}
