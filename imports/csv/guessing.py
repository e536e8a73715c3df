"""What a cell is, by how it looks. Quick and rough: it is asked of samples, and decides what is proposed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from imports.csv.statuses import status_of
from imports.csv.zones import zone_named

# Of cells that say something, so many must look like it.
MOST = 0.8
HALF = 0.5
_LOOKED_AT = 50
_EMAIL = re.compile(r"\s*(?:mailto:|[^<>@]*<)?[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]{2,}>?\s*", re.IGNORECASE)
_DATE = re.compile(
    r"\d{4}-\d\d?-\d\d?([T ]\d\d?:\d\d.*)?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}( \d\d?:\d\d.*)?|\d{4}/\d\d?/\d\d?.*",
    re.DOTALL,
)
_MOMENT = re.compile(r"\d{10}(\d{3})?|\d{8}(T\d{4,6}Z?)?")
_NUMBER = re.compile(r"[+-]?\d{1,3}([., ]?\d{3})*([.,]\d+)?|[+-]?\d+([.,]\d+)?")
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_PHONE = re.compile(r"(?:\+|00)?[\d\s()./-]{5,24}(?:(?:x|ext\.?)\s*\d{1,6})?", re.IGNORECASE)
_SURE_PHONE = re.compile(
    r"\+\d[\d\s()./-]{5,20}|\(\d{2,5}\)[\d\s./-]{4,14}|0\d{2,4}[\s/-][\d\s-]{4,12}|\d{3}[-.]\d{3}[-.]\d{4}"
)
_DOMAIN = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[^\W\d_]{2,}(?:/\S*)?", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){1,3}")


def is_data(cell: str) -> str:
    """Return what a cell holds that names no column: "email", "date", "number", "url", "phone"; "" for all else."""
    said = cell.strip()
    if not said:
        return ""
    shapes = (("email", _EMAIL), ("url", _URL), ("date", _DATE), ("number", _NUMBER), ("phone", _SURE_PHONE))
    return next((kind for kind, shape in shapes if shape.fullmatch(said)), "")


def fits(field: str, cells: Sequence[str]) -> bool:
    """Return whether what stands in a column can be what its name says. Where nothing stands in it, it can."""
    looks = _LOOKS.get(field)
    return looks is None or not cells or _share(looks, cells) >= (MOST if field in _DOUBTFUL else HALF)


def by_content(cells: Sequence[str], *, without_names: bool) -> str:
    """Return the field that a column is, by what stands in it alone: email, phone, timezone, and name where the columns
    of the file have none; "" for anything else."""
    if not cells:
        return ""
    if _share(_is_email, cells) >= MOST:
        return "email"
    if _share(_is_zone, cells) >= MOST:
        return "timezone"
    if _share(lambda cell: bool(_SURE_PHONE.fullmatch(cell)) and not _DATE.fullmatch(cell), cells) >= MOST:
        return "phone"
    if without_names and _share(lambda cell: bool(_NAME.fullmatch(cell)) and cell[0].isupper(), cells) >= MOST:
        return "name"
    return ""


def _share(looks: Callable[[str], bool], cells: Sequence[str]) -> float:
    cells = cells[:_LOOKED_AT]
    return sum(1 for cell in cells if looks(cell)) / len(cells)


def _is_email(cell: str) -> bool:
    return bool(_EMAIL.fullmatch(cell))


def _is_zone(cell: str) -> bool:
    return zone_named(cell) is not None


def _is_moment(cell: str) -> bool:
    return bool(_DATE.fullmatch(cell) or _MOMENT.fullmatch(cell))


def _is_whole(cell: str) -> bool:
    return cell.isdecimal()


_LOOKS: dict[str, Callable[[str], bool]] = {
    "email": _is_email,
    "phone": lambda cell: bool(_PHONE.fullmatch(cell)),
    "timezone": _is_zone,
    "signed_up_at": _is_moment,
    "last_seen_at": _is_moment,
    "name": lambda cell: not _is_email(cell) and not cell.isdecimal(),
    "external_id": lambda cell: len(cell) <= 255 and not _is_email(cell),
    "account.domain": lambda cell: bool(_DOMAIN.fullmatch(cell)),
    "account.status": lambda cell: status_of(cell) is not None,
    "account.seats": _is_whole,
    "account.seat_limit": _is_whole,
    "account.renews_on": _is_moment,
    "account.trial_ends_on": _is_moment,
    "account.timezone": _is_zone,
    "account.mrr_minor": _is_whole,
    "account.currency": lambda cell: len(cell) == 3 and cell.isalpha(),
    "account.name": lambda cell: not cell.isdecimal(),
}
# Words that other things are called by too.
_DOUBTFUL = frozenset({"account.status", "account.currency", "account.mrr_minor", "timezone", "account.timezone"})
