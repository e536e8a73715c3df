"""What goes wrong on a server."""

from __future__ import annotations

from typing import Any, ClassVar

from notifications.kind import Kind
from notifications.words import Severity, Topic


def more_of(repeated: int | None) -> str:
    """Return a line that says how many more there were; "" for none."""
    return f"{repeated:,} more like this were not recorded one by one.\n" if repeated else ""


class _Server(Kind):
    topic: ClassVar[Topic] = Topic.ERRORS
    by_api: ClassVar[bool] = True
    makes_contact: ClassVar[bool] = False

    method: str | None = None
    address: str | None = None
    user: str | None = None
    headers: dict[str, Any] | None = None
    release: str | None = None
    server: str | None = None
    group: str | None = None
    # How many more like it there were, that were not tracked one by one.
    repeated: int | None = None

    def _where(self) -> str:
        return " ".join(part for part in (self.method, self.address) if part)


class ServerError(_Server):
    """An exception that nobody caught. `group` names those that are one bug; without it, what and where do."""

    kind = "server.error"
    severity = Severity.ERROR
    icon = "triangle-alert"

    error: str | None = None
    where: str | None = None
    traceback: str | None = None
    body_sent: str | None = None

    def title(self, who: str) -> str:
        """Return what was raised, and by which call."""
        what = (self.error or "Server error").splitlines()[0]
        return f"{what} ({self._where()})" if self._where() else what

    def body(self) -> str:
        """Return the traceback."""
        return more_of(self.repeated) + (self.traceback or self.where or "")

    def url(self) -> str:
        """Its own page: there are the request and its data."""
        return "/activity/{id}/"

    def subject(self) -> str:
        """Return the bug."""
        return f"error:{self.fingerprint()}"

    def fingerprint(self) -> str:
        """Return what was given, else the kind of error and its place."""
        return self.group or f"{(self.error or '').partition(':')[0]}:{self.where or self.address or ''}"


class ServerNotFound(_Server):
    """A page of ours leads to an address that is not there."""

    kind = "server.not_found"
    severity = Severity.WARNING
    icon = "search-x"

    referrer: str | None = None

    def title(self, who: str) -> str:
        """Return what was asked for."""
        return f"Not found: {self.address or 'a page'}"

    def body(self) -> str:
        """Return where the link is."""
        return f"Linked from {self.referrer}" if self.referrer else ""

    def fingerprint(self) -> str:
        """The same address is one matter."""
        return self.address or ""


KINDS = (ServerError, ServerNotFound)
