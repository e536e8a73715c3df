"""External ids: what stays of one when spreadsheets and people have copied it."""

from __future__ import annotations

import re
import unicodedata

# Less than this is a row number of somebody's list.
SHORTEST = 3


def normal(value: str) -> str:
    """Return the id without case, punctuation, leading zeros and a spreadsheet's ".0"; "" where too little is left."""
    text = unicodedata.normalize("NFKC", value[:255]).casefold().strip()
    text = re.sub(r"(?<=\d)[.,]0+$", "", text)
    text = re.sub(r"[\W_]", "", text)
    text = re.sub(r"(?<!\d)0+(?=\d)", "", text)
    # "K-0123456" and "0123456": a letter before a long number is the list's that it was copied from.
    text = re.sub(r"^[^\W\d]{1,2}(?=\d{4,}$)", "", text)
    return text if len(text) >= SHORTEST else ""
