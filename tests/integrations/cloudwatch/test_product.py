"""The product as it runs, with CloudWatch there and away."""

from __future__ import annotations

import json
import socket
import statistics
import time
from typing import Any

import httpx

from tests.integrations.cloudwatch.conftest import GROUP, Cloud
from tests.stack import Stack, running_stack

ENV = {"CLOUDWATCH_LOG_GROUP": GROUP, "AWS_REGION": "eu-north-1", "LOG_REQUESTS": "true"}


def median(stack: Stack, path: str, count: int = 150) -> float:
    """The time that a request takes, in milliseconds."""
    took = []
    with httpx.Client(base_url=stack.url) as client:
        for _ in range(count):
            begun = time.perf_counter()
            assert client.get(path).status_code == 200
            took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took)


def test_requests_are_lines_in_the_hosts_stream_and_take_no_longer_while_aws_is_away(cloud: Cloud) -> None:
    with running_stack("web", env=ENV) as stack:
        median(stack, "/accounts/login/", 20)
        there = median(stack, "/accounts/login/")
        lines = eventually(cloud, 170)
        assert {(line["method"], line["status"]) for line in lines} == {("GET", 200)}
        assert all(line["request_id"] and line["duration_ms"] > 0 for line in lines)
        [stream] = cloud.logs.describe_log_streams(logGroupName=GROUP)["logStreams"]
        assert stream["logStreamName"] == f"{socket.gethostname()}/web"
        cloud.stop()
        away = median(stack, "/accounts/login/")
        print(f"a request takes {there:.1f} ms with CloudWatch there, {away:.1f} ms with it away")
        # Twice as long would be noise on a busy machine; one try to reach AWS would be thousands.
        assert away < there * 2 + 5
        cloud.start()
        eventually(cloud, 320, seconds=60)


def eventually(cloud: Cloud, count: int, seconds: float = 30) -> list[dict[str, Any]]:
    """Return the lines of requests once there are so many."""
    deadline, found = time.monotonic() + seconds, []
    while time.monotonic() < deadline:
        try:
            events = [json.loads(event["message"]) for event in cloud.lines()]
        except cloud.logs.exceptions.ResourceNotFoundException:
            events = []
        found = [line for line in events if line.get("path") == "/accounts/login/"]
        if len(found) >= count:
            return found
        time.sleep(0.2)  # between two looks at what is waited for
    raise AssertionError(f"{len(found)} lines of {count}")
