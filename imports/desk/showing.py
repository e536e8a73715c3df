"""What pages say of imports: their state in words, their figures, and what may be done with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from imports.models import Import, ImportStatus, Source
from imports.progress import Figures, figures_of
from inbox.people.models import Teammate
from inbox.people.permissions import Permission

# In words, and as which of the tags' colours.
_STATES = {
    ImportStatus.UPLOADING: ("Being uploaded", "wait"),
    ImportStatus.READY: ("Not begun", "wait"),
    ImportStatus.PLANNING: ("Reading", "at"),
    ImportStatus.RUNNING: ("Importing", "at"),
    ImportStatus.PAUSED: ("Paused", "wait"),
    ImportStatus.FINISHED: ("Finished", "ok"),
    ImportStatus.FAILED: ("Failed", "urgent"),
    ImportStatus.CANCELLED: ("Cancelled", ""),
    ImportStatus.UNDOING: ("Being undone", "wait"),
    ImportStatus.UNDONE: ("Undone", ""),
}
MOVING = (ImportStatus.PLANNING, ImportStatus.RUNNING, ImportStatus.UNDOING)
ENDED = (ImportStatus.FINISHED, ImportStatus.FAILED, ImportStatus.CANCELLED, ImportStatus.UNDONE)
_CHECKED = {ImportStatus.RUNNING: "Checking", ImportStatus.FINISHED: "Checked"}


@dataclass(frozen=True)
class Shown:
    """One import with its figures, as a list or a page shows it."""

    row: Import
    figures: Figures

    @property
    def state(self) -> str:
        status = ImportStatus(self.row.status)
        return _CHECKED.get(status, _STATES[status][0]) if self.row.dry_run else _STATES[status][0]

    @property
    def sign(self) -> str:
        """The colour of its state."""
        status = ImportStatus(self.row.status)
        return "at" if self.row.dry_run and status == ImportStatus.FINISHED else _STATES[status][1]

    @property
    def moves(self) -> bool:
        """Whether it changes by itself."""
        return self.row.status in MOVING

    @property
    def ended(self) -> bool:
        return self.row.status in ENDED

    @property
    def has_counts(self) -> bool:
        return self.row.status not in (ImportStatus.UPLOADING, ImportStatus.READY) and self.figures.total > 0

    @property
    def is_file(self) -> bool:
        return self.row.source == Source.CSV

    @property
    def left(self) -> str:
        """How long the rest takes, in words; "" while nobody knows."""
        return lasting(self.figures.seconds_left)


def shown_of(imports: Sequence[Import]) -> list[Shown]:
    """Return imports as they are shown. One query at most."""
    known = figures_of(imports)
    return [Shown(one, known[one.pk]) for one in imports]


def abilities(teammate: Teammate) -> dict[str, object]:
    """Return what every page of imports knows of who looks at it."""
    return {
        "teammate": teammate,
        "workspace": teammate.workspace,
        "may_import": teammate.may(Permission.IMPORT),
    }


def lasting(seconds: int | None) -> str:
    """Return a length of time as people say it: "40 seconds", "3 minutes", "2 hours"."""
    if seconds is None:
        return ""
    for size, name in ((3600, "hour"), (60, "minute")):
        if seconds >= size * 1.5:
            return f"{round(seconds / size)} {name}s"
    return f"{max(1, seconds)} second{'' if seconds == 1 else 's'}" if seconds < 60 else "a minute"
