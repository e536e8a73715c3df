"""The kinds of event that imports own."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from notifications.kind import Kind
from notifications.models import Event
from notifications.personal.choices import Choice
from notifications.words import Severity, Topic


class _Import(Kind):
    """How an import ended. The four outcomes add up to `total`."""

    topic: ClassVar[Topic] = Topic.APPLICATION_STATS
    makes_contact: ClassVar[bool] = False

    import_id: uuid.UUID
    source: str
    total: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    # Of the file, as its owner calls it; the page of the import, and the rows that were refused.
    file: str | None = None
    import_url: str | None = None
    refused_url: str | None = None

    def body(self) -> str:
        """Return what became of the rows."""
        counts = {"made": self.created, "changed": self.updated, "the same": self.unchanged, "refused": self.refused}
        return ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)

    def url(self) -> str:
        """Return the page of the import, or the rows that were refused."""
        return self.import_url or self.refused_url or ""

    def fingerprint(self) -> str:
        """Each import is a matter of its own."""
        return str(self.import_id)


class ImportFinished(_Import):
    """All rows of an import were worked."""

    kind = "import.finished"
    icon = "check"
    sample: ClassVar[Mapping[str, Any]] = {
        "import_id": uuid.UUID(int=0), "source": "CSV", "file": "customers.csv", "total": 1250, "created": 1180,
        "updated": 52, "unchanged": 11, "refused": 7, "import_url": f"/imports/{uuid.UUID(int=0)}/",
        "refused_url": f"/imports/{uuid.UUID(int=0)}/refused/",
    }  # fmt: skip

    def title(self, who: str) -> str:
        """Return what came from where."""
        return f"Import {_of(self)} finished: {self.total:,} rows"


class ImportFailed(_Import):
    """An import could not be worked to its end. `error` says why."""

    kind = "import.failed"
    topic = Topic.ERRORS
    severity = Severity.ERROR
    icon = "triangle-alert"

    error: str | None = None

    def title(self, who: str) -> str:
        """Return from where, and why."""
        why = f": {self.error.splitlines()[0]}" if self.error else ""
        return f"Import {_of(self)} failed{why}"


def _of(event: _Import) -> str:
    return f"of {event.file}" if event.file else f"from {event.source}"


KINDS = (ImportFinished, ImportFailed)


def who_began(events: Sequence[Event], choosers: Mapping[int, Collection[int]]) -> Mapping[int, Collection[int]]:
    """Return who began each import."""
    return {event.pk: [event.actor_id] for event in events if event.actor_id is not None}


CHOICES = (
    Choice(
        key="import",
        title="Imports",
        says="An import that you began has finished, or failed.",
        why="you began the import",
        kinds=("import.*",),
        audience=who_began,
        # By email it comes as the workspace's own message, “Your contacts are in” (docs/automations.md).
        on=("inapp",),
        tells_actor=True,
    ),
)
