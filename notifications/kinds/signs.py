"""Signs of trouble at a customer's own doors, and what customers say of the product."""

from __future__ import annotations

from typing import ClassVar

from notifications.kind import Kind
from notifications.kinds.trouble import more_of
from notifications.words import Severity, Topic


class LoginFailed(Kind):
    """Somebody could not sign in to the customer's product."""

    kind = "login.failed"
    topic = Topic.CRITICAL_ERRORS
    severity = Severity.ERROR
    icon = "lock"
    by_api = True
    makes_contact = False

    email: str | None = None
    reason: str | None = None
    ip: str | None = None

    def title(self, who: str) -> str:
        """Return who could not sign in."""
        return f"{who or self.email or 'Somebody'} could not sign in"

    def body(self) -> str:
        """Return why."""
        return self.reason or ""

    def fingerprint(self) -> str:
        """Failures for the same reason are one matter."""
        return self.reason or ""


class DatabaseFailed(Kind):
    """A database could not be read or written. `operation` is "read" or "write"."""

    kind = "database.failed"
    topic = Topic.CRITICAL_ERRORS
    severity = Severity.CRITICAL
    icon = "database"
    by_api = True
    makes_contact = False

    operation: str | None = None
    database: str | None = None
    error: str | None = None
    repeated: int | None = None

    def title(self, who: str) -> str:
        """Return what failed where."""
        return f"{self.database or 'The database'}: {self.operation or 'an operation'} failed"

    def body(self) -> str:
        """Return what it said."""
        return more_of(self.repeated) + (self.error or "")

    def fingerprint(self) -> str:
        """The same operation on the same database is one matter."""
        return f"{self.database or ''}:{self.operation or ''}"


class FeedbackGiven(Kind):
    """A customer gave a score, with or without words."""

    kind = "feedback.given"
    topic = Topic.CLIENT_FEEDBACK
    icon = "star"
    by_api: ClassVar[bool] = True
    by_page: ClassVar[bool] = True

    score: float | None = None
    out_of: float | None = None
    comment: str | None = None
    about: str | None = None

    def title(self, who: str) -> str:
        """Return who gave which score."""
        if self.score is None:
            return f"{who or 'Somebody'} gave feedback"
        of = f" of {self.out_of:g}" if self.out_of else ""
        return f"{who or 'Somebody'} gave {self.score:g}{of}"

    def body(self) -> str:
        """Return what they said."""
        return self.comment or ""


KINDS = (LoginFailed, DatabaseFailed, FeedbackGiven)
