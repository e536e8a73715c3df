"""A line says what happened and its facts, each under its name, whoever logs it."""

from __future__ import annotations

import io
import json
import logging
import math
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import structlog
from structlog.contextvars import bound_contextvars

from inbox.people.trail import note, trail
from settings.facts import MOST_FIELDS
from settings.logging import Json, Line, config

log = structlog.get_logger("lines.test")


class Written:
    """What was written so far."""

    def __init__(self, out: io.StringIO) -> None:
        self.out = out

    def line(self) -> dict[str, Any]:
        """The last line, which is one, as JSON that has no word that JSON does not have."""
        text = self.out.getvalue().splitlines()[-1]

        def refuse(word: str) -> None:
            raise AssertionError(word)

        found: dict[str, Any] = json.loads(text, parse_constant=refuse)
        return found


@pytest.fixture(params=[Json])
def written(request: pytest.FixtureRequest) -> Iterator[Written]:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(request.param())
    logger = logging.getLogger("lines.test")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    yield Written(out)
    logger.removeHandler(handler)


def test_a_line_of_structlog_is_one_object_with_its_data_as_fields(written) -> None:
    log.info("import finished", import_id="019b", rows=12)
    line = written.line()
    assert (line["message"], line["import_id"], line["rows"]) == ("import finished", "019b", 12)
    assert (line["level"], line["logger"]) == ("INFO", "lines.test")
    assert datetime.fromisoformat(line["time"]).tzinfo is not None


def test_the_librarys_own_logging_ends_in_the_same_place(written) -> None:
    logging.getLogger("lines.test").warning("%s rows", 12, extra={"import_id": "019b"})
    assert (written.line()["message"], written.line()["import_id"]) == ("12 rows", "019b")


def test_request_workspace_and_what_is_bound_are_on_each_line(written) -> None:
    with trail(request_id="r-12345678"):
        note(workspace="019aa7c4", teammate="019aa7c5")
        with bound_contextvars(import_id="019b"):
            log.bind(source="csv").info("started", rows=1)
    line = written.line()
    found = [line[name] for name in ("request_id", "workspace", "teammate", "import_id", "source", "rows")]
    assert found == ["r-12345678", "019aa7c4", "019aa7c5", "019b", "csv", 1]


def test_a_task_is_on_each_line_that_it_logs(written) -> None:
    from celery import shared_task

    @shared_task(name="tests.logs")
    def logs() -> None:
        log.info("working")

    logs.apply(task_id="0192-task")
    assert (written.line()["task"], written.line()["task_id"]) == ("tests.logs", "0192-task")


def test_no_field_stands_where_the_line_has_something_of_its_own(written) -> None:
    log.info("kept", level="mine", message="mine", time="mine", name="n", args=(1,), module="m", msg="x", logger_="l")
    line = written.line()
    assert (line["level"], line["message"], line["name"], line["module"]) == ("INFO", "kept", "n", "m")
    assert (line["level_"], line["message_"], line["time_"]) == ("mine", "mine", "mine")


def test_any_value_is_plain_and_what_lies_deeper_is_named_by_its_way(written) -> None:
    class Mute:
        def __str__(self) -> str:
            raise RuntimeError

    one = uuid.uuid4()
    log.info(
        "all sorts", nan=math.nan, inf=-math.inf, id=one, cost=Decimal("1.50"), at=datetime(2026, 1, 2, tzinfo=UTC),
        deep={"a": {"b": 1}, 3: None}, many=[1, "two", math.nan], raw=b"\xff\x00a", mute=Mute(), flag=True, none=None,
    )  # fmt: skip
    line = written.line()
    assert (line["nan"], line["inf"], line["none"], line["flag"]) == (None, None, None, True)
    assert (line["id"], line["cost"], line["at"]) == (str(one), "1.50", "2026-01-02T00:00:00+00:00")
    assert (line["deep.a.b"], line["deep.3"]) == (1, None)
    assert (line["many"], line["mute"]) == ('[1, "two", null]', "<Mute>")


def test_a_line_never_has_more_fields_than_insights_reads(written) -> None:
    log.info("wide", rows=1, **{f"f{n}": n for n in range(500)}, more={str(n): n for n in range(500)})
    line = written.line()
    assert len(line) <= MOST_FIELDS + 10 < 200
    assert line["rows"] == 1
    assert line["fields_left_out"] == 1001 - MOST_FIELDS


def test_what_refers_to_itself_ends(written) -> None:
    ring: dict[str, Any] = {}
    ring["ring"] = ring
    log.info("round", ring=ring)
    assert written.line()["message"] == "round"


def test_an_exception_is_a_field_and_secrets_are_taken_out(written) -> None:
    try:
        raise ValueError("password=hunter2")
    except ValueError:
        log.exception("it broke", api_key="sk_live_1234567", nested={"token": "abcdef"}, percent="100 %s")
    line = written.line()
    assert line["level"] == "ERROR"
    assert "ValueError" in line["exception"]
    assert (line["api_key"], line["nested.token"]) == ("[scrubbed]", "[scrubbed]")
    assert "hunter2" not in json.dumps(line)


def test_a_message_may_hold_a_percent_sign(written) -> None:
    log.info("100 % done")
    assert written.line()["message"] == "100 % done"
    log.info("%s of %s", 3, 4)
    assert written.line()["message"] == "3 of 4"


def test_a_level_that_is_off_costs_no_line(written) -> None:
    log.debug("unheard")
    assert written.out.getvalue() == ""


@pytest.mark.parametrize("written", [Line], indirect=True)
def test_for_people_the_facts_stand_behind_the_message(written) -> None:
    log.info("import finished", import_id="019b", name="Ada L", token="abcdef")
    [line] = written.out.getvalue().splitlines()
    assert line.endswith('INFO    lines.test: import finished import_id=019b name="Ada L" token=[scrubbed]')


def test_cloudwatch_gets_lines_only_where_a_group_is_named() -> None:
    assert set(config("json", environ={})["handlers"]) == {"stdout"}
    made = config("line", environ={"CLOUDWATCH_LOG_GROUP": "desk", "AWS_REGION": "eu-north-1"})
    assert made["root"]["handlers"] == ["stdout", "cloudwatch"]
    assert made["handlers"]["cloudwatch"]["formatter"] == "json", "whatever stdout gets"
    assert made["handlers"]["cloudwatch"]["stream"] == "{host}/{program}"
