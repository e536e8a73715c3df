"""While CloudWatch is away nobody waits, nothing grows, and it is said how much was lost."""

from __future__ import annotations

import http.server
import json
import logging
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import structlog
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from integrations.cloudwatch import handler as handlers
from integrations.cloudwatch.client import Line
from integrations.cloudwatch.lines import QUEUE_LINES, Queue
from tests.integrations.cloudwatch.conftest import Cloud

log = structlog.get_logger("cloud.test")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handlers, "LONGEST_WAIT", 0.3)


def talkative(request) -> HttpResponse:
    for n in range(20):
        log.info("said in a request", n=n)
    return HttpResponse("ok")


urlpatterns = [path("talkative/", talkative)]


def test_making_the_handler_asks_aws_for_nothing(monkeypatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    made = handlers.CloudWatchHandler(group="g")
    assert made._sender is None


def test_lines_wait_while_aws_is_away_and_arrive_when_it_is_back(cloud: Cloud, handler, caplog) -> None:
    made = handler()
    log.info("before")
    assert made.sender.flush(10)
    cloud.stop()
    for n in range(50):
        log.info("meanwhile", n=n)
    assert not made.sender.flush(1), "nothing can go out"
    cloud.start()
    assert made.sender.flush(20)
    assert [json.loads(event["message"]).get("n") for event in cloud.lines()] == [None, *range(50)]
    assert [r.message.split(";")[0] for r in caplog.records if r.name == "frontdesk.cloudwatch"] == [
        "CloudWatch takes no lines",
        "CloudWatch takes lines again",
    ]


def test_what_finds_no_room_is_dropped_and_the_number_said_once_lines_go_through_again(cloud: Cloud, handler) -> None:
    cloud.stop()
    made = handler()
    log.info("flood", n=0)
    for n in range(1, QUEUE_LINES * 2):
        made.sender.put(Line(int(time.time() * 1000), json.dumps({"n": n})))
    assert len(made.sender.queue) <= QUEUE_LINES
    cloud.start()
    assert made.sender.flush(60)
    assert made.sender.flush(10), "the line about it, too"
    found = [json.loads(event["message"]) for event in cloud.lines()]
    told = [line["dropped"] for line in found if "dropped" in line]
    assert len(told) == 1
    assert len(found) - 1 + told[0] == QUEUE_LINES * 2
    assert found[0]["n"] == 0


@pytest.fixture
def black_hole() -> Iterator[int]:
    """A port that takes connections and never answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(50)
        yield listening.getsockname()[1]


@pytest.mark.urls(__name__)
def test_a_request_does_not_wait_for_aws_that_hangs(black_hole: int, handler, monkeypatch, client: Client) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{black_hole}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    made = handler()
    log.info("the sender is now in a call that hangs")
    made.sender._wake.set()
    callers: set[str] = set()
    monkeypatch.setattr(made.sender.client, "put", noting(made.sender.client.put, callers))
    for _ in range(50):
        assert client.get("/talkative/").status_code == 200
    assert callers <= {"cloudwatch"}, "no request's own thread asks AWS"


def noting(function, callers: set[str]):
    def noted(lines):
        callers.add(threading.current_thread().name)
        return function(lines)

    return noted


def test_lines_that_are_refused_are_counted_and_do_not_stop_the_others(handler, monkeypatch) -> None:
    refusing = Refusing()
    threading.Thread(target=refusing.serve_forever, daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{refusing.server_port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    made = handler()
    log.info("refused")
    assert made.sender.flush(10)
    log.info("taken")
    assert made.sender.flush(10)
    assert made.sender.flush(10)
    said = [json.loads(line)["message"] for line in refusing.taken]
    assert said == ["taken", "1 log lines were dropped"]
    refusing.shutdown()


class Refusing(http.server.ThreadingHTTPServer):
    """CloudWatch that refuses the first batch and takes the others."""

    def __init__(self) -> None:
        self.calls = 0
        self.taken: list[str] = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.calls += 1
                refused = outer.calls == 1
                if not refused:
                    outer.taken += [event["message"] for event in body["logEvents"]]
                answer = b'{"__type": "InvalidParameterException", "message": "no"}' if refused else b"{}"
                self.send_response(400 if refused else 200)
                self.send_header("Content-Type", "application/x-amz-json-1.1")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *arguments: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)


def test_a_batch_keeps_to_what_one_call_takes() -> None:
    queue = Queue(most=30_000)
    day = 24 * 3600 * 1000
    for at in (5, 3, day + 4, day + 6):
        assert queue.put(Line(at, "x"))
    assert [line.at for line in queue.batch()] == [3, 5]
    assert [line.at for line in queue.batch()] == [day + 4, day + 6]
    for n in range(10_001):
        queue.put(Line(n, "x"))
    assert (len(queue.batch()), len(queue.batch())) == (10_000, 1)
    for n in range(5):
        queue.put(Line(n, "x" * (262_144 - 26)))
    assert [len(queue.batch()), len(queue.batch())] == [4, 1]


def test_memory_has_an_end_in_bytes_too() -> None:
    queue = Queue(most=100, most_bytes=1000)
    assert [queue.put(Line(0, "x" * 400)) for _ in range(4)] == [True, True, False, False]
    assert queue.dropped == 2


def test_the_line_about_lines_is_not_a_line_for_aws(handler) -> None:
    made = handler()
    handlers._here.is_sender = True
    try:
        logging.getLogger("cloud.test").info("from within the sender")
    finally:
        handlers._here.is_sender = False
    assert made._sender is None
