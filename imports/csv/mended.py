"""Files of refused rows (imports/refused.py) that come back mended: known by their first heading."""

from __future__ import annotations

from collections.abc import Sequence

from inbox.csv_lines import safe_cell

# The heading of the column that says why.
REASON = "why it was refused"


def is_mended(columns: Sequence[str]) -> bool:
    """Return whether a file with these columns is one of ours."""
    return bool(columns) and columns[0].strip().casefold() == REASON


def as_it_was(cell: str) -> str:
    """Return a cell of such a file without the apostrophe that made it harmless. Nothing else is changed."""
    bare = cell[1:]
    return bare if cell.startswith("'") and safe_cell(bare) == cell else cell
