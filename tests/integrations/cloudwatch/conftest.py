"""CloudWatch, as moto plays it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer

from integrations.cloudwatch.handler import CloudWatchHandler
from settings.logging import Json
from tests.stack import free_port

GROUP = "/frontdesk/tests"


class Cloud:
    """A stand-in for AWS that can go away and come back."""

    def __init__(self) -> None:
        self.port = free_port()
        self.start()

    def start(self) -> None:
        """Answer."""
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=self.port, verbose=False)
        self._server.start()

    def stop(self) -> None:
        """Refuse connections."""
        self._server.stop()

    @property
    def logs(self) -> Any:
        """A client of its own."""
        return boto3.Session(region_name="eu-north-1").client("logs")

    def lines(self, group: str = GROUP) -> list[dict[str, Any]]:
        """Return all events of a group, in order."""
        found: list[dict[str, Any]] = []
        for stream in self.logs.describe_log_streams(logGroupName=group)["logStreams"]:
            arguments: dict[str, Any] = {
                "logGroupName": group,
                "logStreamName": stream["logStreamName"],
                "startFromHead": True,
            }
            token = None
            while True:
                page = self.logs.get_log_events(**arguments)
                found += page["events"]
                if not page["events"] or page["nextForwardToken"] == token:
                    break
                token = arguments["nextToken"] = page["nextForwardToken"]
        return found


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """AWS, with nothing in it."""
    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_SESSION_TOKEN": "x"}.items():
        monkeypatch.setenv(name, value)
    server = Cloud()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.port}")
    httpx.post(f"http://127.0.0.1:{server.port}/moto-api/reset").raise_for_status()
    yield server
    server.stop()


@pytest.fixture
def handler() -> Iterator[Callable[..., CloudWatchHandler]]:
    """Make a handler on a logger of its own, `cloud.test`, that writes as production does."""
    logger = logging.getLogger("cloud.test")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    made: list[CloudWatchHandler] = []

    def make(**options: Any) -> CloudWatchHandler:
        found = CloudWatchHandler(**{"group": GROUP, "region": "eu-north-1", **options})
        found.setFormatter(Json())
        logger.addHandler(found)
        made.append(found)
        return found

    yield make
    for one in made:
        logger.removeHandler(one)
        one.close()
