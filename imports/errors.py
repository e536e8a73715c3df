"""Why something cannot be done with an import."""

from __future__ import annotations


class ImportRefused(ValueError):
    """This cannot be done with an import, or not now. `code` is stable, `detail` says what to do."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class CannotPlan(ImportRefused):
    """An import cannot be planned, and trying again does not help: it fails with `detail`."""


class PlanLater(Exception):
    """The source asked to wait: the import's `due_at` and its progress are stored, its lease is given back."""
