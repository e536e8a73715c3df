"""Puts log lines into a stream of CloudWatch Logs."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

CONNECT_SECONDS = 3
READ_SECONDS = 5
# What PutLogEvents takes at once: bytes (26 more for each line), lines, and milliseconds from the first to the last.
MOST_BYTES = 1_048_576
EACH_BYTES = 26
MOST_LINES = 10_000
LONGEST_SPAN = 24 * 3600 * 1000 - 1
_NOT_IN_STREAMS = re.compile(r"[:*\s]")
# They answer so to what is wrong with the lines themselves: the same lines again would be refused again.
_REFUSALS = {"InvalidParameterException", "ValidationException", "SerializationException"}


class Line(NamedTuple):
    """One line of the log: when (milliseconds since 1970), and its text."""

    at: int
    text: str

    def size(self) -> int:
        """Return what it takes of a batch."""
        return len(self.text.encode()) + EACH_BYTES


class LinesRefused(Exception):
    """CloudWatch will not take these lines, however often they are sent."""


class Client:
    """One stream of one group. Makes both when they are missing. Nothing is asked of AWS before the first `put`."""

    def __init__(self, group: str, stream: str, region: str | None = None) -> None:
        self.group = group
        self.stream = _NOT_IN_STREAMS.sub("-", stream)[:512] or "-"
        self.region = region
        self._logs: Any = None

    def put(self, lines: Sequence[Line]) -> int:
        """Send lines (in order, within the limits above), and return how many of them were too old to be kept.

        Raises LinesRefused where trying again is pointless; whatever boto3 raises where AWS is away.
        """
        from botocore.exceptions import ClientError

        logs = self._connected()
        try:
            return self._put(logs, lines)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in _REFUSALS:
                raise LinesRefused(str(error)) from error
            if code != "ResourceNotFoundException":
                raise
        self._make(logs)
        return self._put(logs, lines)

    def _connected(self) -> Any:
        if self._logs is None:
            # Here, in the sender's thread: it takes a while, and whoever logs must not wait.
            import boto3
            from botocore.config import Config

            # The handler tries again; tries of botocore's own would only hide that something is away.
            patience = Config(
                connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, retries={"total_max_attempts": 1}
            )
            # A session of our own: the default one is not made for threads.
            self._logs = boto3.Session(region_name=self.region).client("logs", config=patience)
        return self._logs

    def _put(self, logs: Any, lines: Sequence[Line]) -> int:
        answer = logs.put_log_events(
            logGroupName=self.group,
            logStreamName=self.stream,
            logEvents=[{"timestamp": line.at, "message": line.text} for line in lines],
        )
        refused = answer.get("rejectedLogEventsInfo") or {}
        old = max(refused.get("tooOldLogEventEndIndex", 0), refused.get("expiredLogEventEndIndex", 0))
        new = len(lines) - refused.get("tooNewLogEventStartIndex", len(lines))
        return int(old) + int(new)

    def _make(self, logs: Any) -> None:
        there = logs.exceptions.ResourceAlreadyExistsException
        # The group is often made beforehand, by somebody with more rights than we have.
        with contextlib.suppress(there):
            try:
                logs.create_log_stream(logGroupName=self.group, logStreamName=self.stream)
            except logs.exceptions.ResourceNotFoundException:
                with contextlib.suppress(there):
                    logs.create_log_group(logGroupName=self.group)
                logs.create_log_stream(logGroupName=self.group, logStreamName=self.stream)
