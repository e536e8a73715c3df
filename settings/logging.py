"""One line a record on stdout: for people at a terminal, or as JSON for what collects logs (LOG_FORMAT=json).

    log = structlog.get_logger(__name__)
    log.info("import finished", import_id=…, rows=…)

structlog and the standard library end in the same place, and each field of the data is a field of the line. Both forms
are scrubbed of secrets (settings/scrub.py) after everything is put together, so nothing goes around it. With
CLOUDWATCH_LOG_GROUP each line goes to CloudWatch too."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any

import structlog

from settings.facts import flat
from settings.scrub import scrub, scrub_text

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "taskName",
    "color_message",
    "facts",
    "json_line",
}
_PLAIN = str | int | float | bool | None
# What structlog hands on as it is to the record; all else are facts.
_OF_THE_RECORD = ("exc_info", "stack_info", "stacklevel")


class Line(logging.Formatter):
    """`2026-01-31 09:30:00 INFO    name: message key=value`."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (the library's name)
        """Return the first line: what happened, and its facts."""
        facts = flat(getattr(record, "facts", {}))
        return super().formatMessage(record) + "".join(f" {key}={_shown(value)}" for key, value in facts.items())

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a line, and as many more as its traceback needs."""
        return scrub_text(super().format(record)).encode("utf-8", "backslashreplace").decode()


def _shown(value: Any) -> str:
    text = str(value)
    return text if text and not any(sign in text for sign in " =\"'\n") else json.dumps(text, ensure_ascii=False)


class Json(logging.Formatter):
    """One JSON object a line: time, level, logger, message, then what is known of its request, socket or task."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON."""
        # Two handlers write the same line: putting it together, and scrubbing it, is most of what logging costs.
        known: str | None = getattr(record, "json_line", None)
        if known is None:
            known = record.json_line = self._line(record)
        return known

    def _line(self, record: logging.LogRecord) -> str:
        extra = {
            key: value for key, value in vars(record).items() if key not in _STANDARD and isinstance(value, _PLAIN)
        }
        facts: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **flat({**trail_facts(), **extra, **getattr(record, "facts", {})}),
        }
        if record.exc_info:
            facts["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            facts["stack"] = self.formatStack(record.stack_info)
        return json.dumps(scrub(facts), default=str, allow_nan=False)


def trail_facts() -> dict[str, Any]:
    """Return what is known of the request, socket or task that is being worked now."""
    # Looked up where they are used: a line may be logged before there are settings.
    module = sys.modules.get("inbox.people.trail")
    facts = dict(module.current()) if module else {}
    state = sys.modules.get("celery._state")
    task = state.get_current_task() if state else None
    if task is not None and task.request.id is not None:
        facts |= {"task": task.name, "task_id": task.request.id}
    return facts


def _to_record(logger: Any, method: str, event: MutableMapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Hand a structlog event on to the standard library. Its facts travel under one name, so that none of them can
    stand where the record has something of its own ("name", "args")."""
    kept = {name: event.pop(name) for name in _OF_THE_RECORD if name in event}
    message = event.pop("event", "")
    # An argument, not the format: a message may hold a %.
    return ("%s", message), {**kept, "extra": {"facts": dict(event)}}


def set_structlog_up() -> None:
    """Have structlog write through the standard library."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.PositionalArgumentsFormatter(),
            _to_record,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def config(form: str, level: str = "INFO", environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return the logging configuration. `form` is "line" or "json"; `environ` says whether CloudWatch gets it too."""
    handlers: dict[str, Any] = {
        "stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": form}
    }
    if environ.get("CLOUDWATCH_LOG_GROUP"):
        handlers["cloudwatch"] = {
            "()": "integrations.cloudwatch.handler.CloudWatchHandler",
            "formatter": "json",
            "group": environ["CLOUDWATCH_LOG_GROUP"],
            "stream": environ.get("CLOUDWATCH_LOG_STREAM") or "{host}/{program}",
            "region": environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or None,
        }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": Line}, "json": {"()": Json}},
        "handlers": handlers,
        "root": {"handlers": list(handlers), "level": level},
        "loggers": {
            # Django's own handlers (a console for DEBUG, mail to the admins) would say everything twice.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.request": {"level": "ERROR"},
            "httpx": {"level": "WARNING"},
            # Nudges come every few seconds and say nothing that their work does not.
            "celery": {"level": "WARNING"},
            "celery.apps": {"level": "INFO" if form == "json" else "WARNING"},
            "botocore": {"level": "WARNING"},
        },
    }


set_structlog_up()
LOGGING = config(os.environ.get("LOG_FORMAT", "line"), os.environ.get("LOG_LEVEL", "INFO"))
