"""Tasks that ran, and figures of the day."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from notifications.kind import Kind
from notifications.kinds.trouble import more_of
from notifications.words import Severity, Topic


class _Task(Kind):
    topic: ClassVar[Topic] = Topic.APPLICATION_STATS
    by_api: ClassVar[bool] = True
    makes_contact: ClassVar[bool] = False

    task: str
    duration_seconds: float | None = None

    def fingerprint(self) -> str:
        """The same task is one matter."""
        return self.task


class TaskFinished(_Task):
    """A scheduled task ended well. `result` is a few words: "sent 12 digests"."""

    kind = "task.finished"
    icon = "check"
    settles = ("task.failed",)
    result: str | None = None

    def title(self, who: str) -> str:
        """Return which task, and what it did."""
        return f"{self.task}: {self.result}" if self.result else f"{self.task} finished"

    def subject(self) -> str:
        """Return the task: once it works again, its failures are history."""
        return f"task:{self.task}"


class TaskFailed(_Task):
    """A task ended with an error, or a schedule has gone quiet."""

    kind = "task.failed"
    topic = Topic.ERRORS
    severity = Severity.ERROR
    icon = "triangle-alert"
    error: str | None = None
    traceback: str | None = None
    repeated: int | None = None

    def title(self, who: str) -> str:
        """Return which task failed, and how."""
        return f"{self.task} failed" + (f": {self.error.splitlines()[0]}" if self.error else "")

    def body(self) -> str:
        """Return where it failed."""
        return more_of(self.repeated) + (self.traceback or "")

    def url(self) -> str:
        """Its own page."""
        return "/activity/{id}/"

    def subject(self) -> str:
        """Return the task."""
        return f"task:{self.task}"

    def fingerprint(self) -> str:
        """The same error of the same task is one matter."""
        return f"{self.task}:{(self.error or '').partition(':')[0]}"


class StatsReported(Kind):
    """The figures of a day."""

    kind = "stats.reported"
    topic = Topic.APPLICATION_STATS
    icon = "chart-line"
    by_api = True
    makes_contact = False

    on: date
    emails_sent: int | None = None
    emails_opened: int | None = None
    emails_bounced: int | None = None
    users: int | None = None
    new_users: int | None = None
    growth_percent: float | None = None

    def title(self, who: str) -> str:
        """Return which day."""
        return f"Figures of {self.on:%A, %-d %B}"

    def body(self) -> str:
        """Return the figures that are known, one a line."""
        growth = None if self.growth_percent is None else f"{self.growth_percent:+.1f} %"
        figures = {
            "Emails sent": self.emails_sent,
            "opened": self.emails_opened,
            "bounced": self.emails_bounced,
            "Users": self.users,
            "new": self.new_users,
            "growth": growth,
        }
        return "\n".join(f"{name}: {value}" for name, value in figures.items() if value is not None)

    def fingerprint(self) -> str:
        """Each day is a matter of its own."""
        return self.on.isoformat()


KINDS = (TaskFinished, TaskFailed, StatsReported)
