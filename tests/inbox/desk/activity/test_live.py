"""Open pages hear that there is something new: at once, at most once a second, and never too early or not at all."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import transaction

from inbox.desk.activity.live import Crier
from notifications import events
from notifications.settling import settle
from tests.inbox.desk.activity.conftest import failed


def test_the_first_is_said_at_once_and_a_burst_once_more_at_its_end() -> None:
    said: list[tuple[int, float]] = []
    last = threading.Event()

    def tell(workspace: int) -> None:
        said.append((workspace, time.monotonic()))
        if len(said) == 3:
            last.set()

    crier = Crier(tell, gap=0.2)
    for _ in range(50):
        crier.cry(1)
    crier.cry(2)
    assert [workspace for workspace, _ in said] == [1, 2]
    assert last.wait(5)
    assert said[2][0] == 1
    assert said[2][1] - said[0][1] >= 0.2


@pytest.mark.django_db(transaction=True)
def test_pages_hear_after_the_commit_and_not_of_what_was_rolled_back(workspace, monkeypatch) -> None:
    heard: list[int] = []
    monkeypatch.setattr(events, "on_tracked", [heard.append])
    with transaction.atomic():
        event = failed(workspace)
        assert heard == []
    assert heard == [workspace.pk]
    settle(event)
    assert heard == [workspace.pk] * 2
    with pytest.raises(RuntimeError), transaction.atomic():
        failed(workspace)
        raise RuntimeError
    assert heard == [workspace.pk] * 2
