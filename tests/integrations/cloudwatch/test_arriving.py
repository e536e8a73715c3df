"""What is logged arrives in CloudWatch, each field by its name."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys

import structlog

from inbox.people.trail import trail
from integrations.cloudwatch.lines import LONGEST_LINE
from tests.integrations.cloudwatch.conftest import GROUP, Cloud
from tests.stack import ROOT, _env

log = structlog.get_logger("cloud.test")


def test_a_line_arrives_with_each_field_of_its_data_under_its_name(cloud: Cloud, handler) -> None:
    made = handler()
    with trail(request_id="r-12345678", workspace="019aa7c4"):
        log.info("import finished", import_id="019b", rows=12_000, share=0.5, by={"name": "Ada"}, password="hunter2")
    assert made.sender.flush(20)
    [event] = cloud.lines()
    line = json.loads(event["message"])
    assert line["message"] == "import finished"
    assert (line["import_id"], line["rows"], line["share"], line["by.name"]) == ("019b", 12_000, 0.5, "Ada")
    assert (line["request_id"], line["workspace"], line["level"]) == ("r-12345678", "019aa7c4", "INFO")
    assert "hunter2" not in event["message"]
    assert abs(event["timestamp"] - float(event["ingestionTime"])) < 60_000


def test_the_stream_is_named_for_the_host_and_holds_no_sign_that_streams_may_not(cloud: Cloud, handler) -> None:
    made = handler(stream="{host}/a:b*c")
    log.info("x")
    assert made.sender.flush(20)
    [stream] = cloud.logs.describe_log_streams(logGroupName=GROUP)["logStreams"]
    assert stream["logStreamName"] == f"{socket.gethostname()}/a-b-c".replace(":", "-")


def test_a_group_that_somebody_else_made_is_used(cloud: Cloud, handler) -> None:
    cloud.logs.create_log_group(logGroupName=GROUP)
    made = handler()
    log.info("one")
    assert made.sender.flush(20)
    assert len(cloud.lines()) == 1


def test_more_than_one_call_may_carry_goes_in_several_all_of_it_in_order(cloud: Cloud, handler) -> None:
    made = handler()
    for n in range(400):
        log.info("filler", n=n, text="x" * 9000)
    assert made.sender.flush(20)
    assert [json.loads(event["message"])["n"] for event in cloud.lines()] == list(range(400))


def test_a_line_that_is_too_long_is_cut_at_a_field_and_stays_json(cloud: Cloud, handler) -> None:
    made = handler()
    log.info("long", rows=3, **{f"text{n}": "ü" * 19_000 for n in range(20)})
    assert made.sender.flush(20)
    [event] = cloud.lines()
    line = json.loads(event["message"])
    assert len(event["message"].encode()) <= LONGEST_LINE
    assert (line["message"], line["rows"]) == ("long", 3)
    texts = {line[f"text{n}"] for n in range(20)}
    assert len(texts) == 1, "all of them to one length"
    assert texts.pop().endswith("ü… (cut)")


def test_a_fork_sends_its_own_lines_and_none_of_its_parents(cloud: Cloud, handler) -> None:
    made = handler()
    log.info("of the parent")
    pid = os.fork()
    if not pid:
        log.info("of the child")
        made.sender.flush(20)
        os._exit(0)
    os.waitpid(pid, 0)
    assert made.sender.flush(20)
    assert sorted(json.loads(event["message"])["message"] for event in cloud.lines()) == [
        "of the child",
        "of the parent",
    ]


ENDING = """
import django
django.setup()
import logging, structlog
log = structlog.get_logger("app")
log.info("the first word", rows=1)
[handler] = [handler for handler in logging.root.handlers if hasattr(handler, "sender")]
assert handler.sender.flush(30)  # boto3 is loaded by now
log.info("the last word", rows=7)
"""


def test_what_a_process_says_last_arrives_after_it_has_ended(cloud: Cloud) -> None:
    env = _env("none", ROOT / "static", CLOUDWATCH_LOG_GROUP=GROUP, AWS_REGION="eu-north-1")
    done = subprocess.run([sys.executable, "-c", ENDING], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert "the last word" in done.stdout, "stdout has it in any case"
    assert [json.loads(event["message"])["rows"] for event in cloud.lines()] == [1, 7]
