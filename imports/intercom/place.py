"""Where a sync is: kept in the import's row together with the batches that were made so far, so that whoever takes it
up goes on from there."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

PHASES = ("companies", "contacts", "conversations", "done")


@dataclass
class Place:
    """`cursor` is that of the page which is read, `seen` the ids in it that are done. Times are seconds since 1970.

    By phase: `fetched` counts what was read, `expected` is how many Intercom says there are, `restarts` how often the
    phase was begun anew. `rows` are those of contacts, `files` hold the external ids of companies.
    """

    phase: str = PHASES[0]
    cursor: str | None = None
    seen: list[str] = field(default_factory=list)
    app: str = ""
    started: int = 0
    # What changed since then is brought; None: everything. And what the newest that was read says, for the next time.
    since: int | None = None
    since_conversations: int | None = None
    newest: int = 0
    newest_conversation: int = 0
    rows: int = 0
    threads: int = 0
    companies: int = 0
    batches: dict[str, int] = field(default_factory=dict)
    fetched: dict[str, int] = field(default_factory=dict)
    expected: dict[str, int] = field(default_factory=dict)
    restarts: dict[str, int] = field(default_factory=dict)
    failures: int = 0
    files: list[str] = field(default_factory=list)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Place:
        """Return what `as_json` gave; a sync's beginning for an empty one."""
        return cls(**stored)

    def as_json(self) -> dict[str, Any]:
        """Return this as `Import.progress` keeps it."""
        return asdict(self)

    def turn(self, cursor: str | None) -> None:
        """Go to the page of this cursor, or to the next phase where there is none."""
        self.cursor, self.seen = cursor, []
        if cursor is None:
            self.phase = PHASES[PHASES.index(self.phase) + 1]
