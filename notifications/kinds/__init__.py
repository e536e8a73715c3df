"""The kinds of event that no other app owns: a business, its servers, its people with power."""

from __future__ import annotations

from notifications.kind import Kind
from notifications.kinds import money, plans, signs, stats, trouble
from notifications.kinds.audit import Audit, track_audit
from notifications.kinds.custom import Custom

KINDS: tuple[type[Kind], ...] = (
    *money.KINDS, *plans.KINDS, *signs.KINDS, *stats.KINDS, *trouble.KINDS, Audit, Custom,
)  # fmt: skip

__all__ = ["KINDS", "Audit", "Custom", "track_audit"]
