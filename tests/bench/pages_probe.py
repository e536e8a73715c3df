"""Run by `pages` in a process of its own for each database: asks for pages and prints what they took, as JSON."""

from __future__ import annotations

import json
import statistics
import sys
import time
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402

from inbox.models import Conversation  # noqa: E402
from inbox.people.models import Teammate, User  # noqa: E402
from tests.bench.big import AGENT, OWNER  # noqa: E402


def main(rounds: int) -> None:
    """Ask each page `rounds` times and print the medians."""
    setup_test_environment()
    found = []
    for who, email in (("sees all", OWNER), ("sees 1 %", AGENT)):
        client = Client()
        user = User.objects.get(email=email)
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        teammate = Teammate.objects.select_related("workspace", "user").get(user=user)
        seen = Conversation.objects.visible_to(teammate).order_by("-last_message_at", "-id")[0]
        for page, address in {
            "list, all": "/inbox/all/",
            "list, unassigned": "/inbox/unassigned/",
            "list, closed": "/inbox/closed/",
            "conversation": f"/inbox/all/{seen.number}/",
        }.items():
            found.append({"page": page, "who": who, **_take(client, address, rounds)})
    print(json.dumps(found))


def _take(client: Client, address: str, rounds: int) -> dict[str, Any]:
    def ask() -> None:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)

    for _ in range(5):
        ask()
    with CaptureQueriesContext(connection) as captured:
        ask()
    queries = len(captured)  # now: the next request forgets them
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        ask()
        times.append((time.perf_counter() - began) * 1000)
    return {"ms": statistics.median(times), "queries": queries}


if __name__ == "__main__":
    main(int(sys.argv[1]))
