"""How long Help Scout waits for a sidebar, in a workspace of 1,000 and of 1,000,000 contacts.

The databases are those of `likeness_speed`, with what it left out: plans of the companies, conversations and events of
those who are asked for. What is written for that is taken back.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from tests.bench import big, likeness_speed
from tests.stack import ROOT

SMALL, LARGE = 1_000, 1_000_000
ROUNDS, WARM = 300, 30
SECRET = "of the bench"
# Of each who is asked for.
CONVERSATIONS, EVENTS = 20, 60


def measure() -> list[dict[str, Any]]:
    """Return the rows of the table."""
    return _measured(SMALL, LARGE)


def _measured(small: int, large: int) -> list[dict[str, Any]]:
    with big.servers() as urls:
        found = {}
        for size in (small, large):
            url = likeness_speed._made(urls.database, size)
            env = likeness_speed._env(url, urls.redis)
            probe = [sys.executable, "-m", "tests.bench.sidebar", "probe"]
            done = subprocess.run(probe, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True)
            found[size] = json.loads(done.stdout.splitlines()[-1])
    ours, beside = found[large], found[small]
    print(f"a sidebar: {ours['queries']} queries, {beside['queries']} among {small:,}")
    return [
        {"what": f"Help Scout's sidebar, among {large:,} beside {small:,} contacts, {name} (ms)",
         "ours": round(ours[key], 2), "beside": round(beside[key], 2), "ratio": round(ours[key] / beside[key], 2),
         "aim": aim}
        for name, key, aim in (("p95", "p95", "< 300 ms, < 1.3×"), ("median", "p50", "< 1.3×"))
    ]  # fmt: skip


def _take() -> dict[str, Any]:
    """Return how long answers take, in milliseconds: signature, search, drawing; in turn known and unknown people."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from integrations.helpscout.door import answer

    times, queries = [], 0
    with transaction.atomic():
        bodies = [(body, _signed(body)) for body in _bodies()]
        connection.cursor().execute("ANALYZE inbox_conversation, notifications_event")
        for body, signature in bodies:
            began = time.perf_counter()
            outcome = answer("likeness", body, signature)
            times.append((time.perf_counter() - began) * 1000)
            assert outcome.status == 200
        with CaptureQueriesContext(connection) as captured:
            answer("likeness", *bodies[0])
        queries = len(captured)
        transaction.set_rollback(True)
    times = times[WARM:]
    return {"p50": statistics.median(times), "p95": statistics.quantiles(times, n=20)[18], "queries": queries}


def _signed(body: bytes) -> str:
    from integrations.helpscout.signature import signature

    return signature(body, SECRET)


def _bodies() -> Iterator[bytes]:
    """Yield what is asked: three times of somebody with a history, beside other addresses, and then of nobody."""
    from inbox.models import Account, Contact
    from inbox.people.models import Workspace
    from integrations.models import Connection

    # Its secrets are of the run that made it, under keys that are gone.
    workspace = Workspace.objects.only("pk").get(slug="likeness")
    config = json.dumps({"secret": SECRET})
    Connection.objects.create(workspace=workspace, integration="helpscout", config=config)
    known = Contact.objects.filter(workspace=workspace).exclude(email="").order_by("pk")
    last = known.reverse().values_list("pk", flat=True)[0]
    for at in range(ROUNDS + WARM):
        others = [f"other-{at}-{n}@else.example" for n in range(3)]
        if at % 4 == 3:
            yield json.dumps({"customer": {"emails": others}}).encode()
            continue
        contact = known.filter(pk__gt=(at * 104_729) % (last // 2))[0]
        Account.objects.filter(contacts=contact).update(plan="Pro", seats=9, seat_limit=10, modules=["One"])
        _history(contact)
        yield json.dumps({"customer": {"email": contact.email, "emails": others}}).encode()


def _history(contact: Any) -> None:
    from django.utils import timezone

    from inbox.models import Conversation
    from notifications.models import Event

    named: dict[str, Any] = {"workspace_id": contact.workspace_id}
    first = contact.pk * 1000
    Conversation.objects.bulk_create([
        Conversation(contact=contact, number=first + n, last_message_at=timezone.now(), last_text="Hello", **named)
        for n in range(CONVERSATIONS)
    ], ignore_conflicts=True)  # fmt: skip
    Event.objects.bulk_create([
        Event(
            kind="feedback.given" if n % 10 == 0 else "contact.data_added", topic="user-behavior", title=f"It was {n}",
            data={"score": n} if n % 10 == 0 else {}, contact=contact.public_id, occurred_at=timezone.now(),
            routed_at=timezone.now(), **named,
        )
        for n in range(EVENTS)
    ])  # fmt: skip


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(_take()))
