"""Which handles look alike, after the idea of UTS 39's skeletons, for the few signs that a handle may hold."""

from __future__ import annotations

from django.db.models import F, Func, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Replace

_SAME = str.maketrans("01_.", "ol--")


def skeleton(handle: str) -> str:
    """Return what a handle looks like: two handles with the same skeleton could be mistaken for one another."""
    return handle.replace("rn", "m").replace("vv", "w").translate(_SAME)


def skeleton_of(field: str) -> Func:
    """Return `skeleton` of a column, as the database computes it."""
    column: Combinable = Replace(Replace(F(field), Value("rn"), Value("m")), Value("vv"), Value("w"))
    return Func(column, Value("01_."), Value("ol--"), function="TRANSLATE")
