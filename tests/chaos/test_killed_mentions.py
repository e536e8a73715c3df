"""Workers and Redis die by kill -9 while notes name a teammate and she reads some of them: what she has not read is
told on her desk and by letter, what she has read is unread nowhere, and nothing is there twice."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.servers import KillableServers
from tests.stack import ROOT, Stack

FULL = os.environ.get("FRONTDESK_CHAOS") == "full"
NOTES, KILLS = (1500, 9) if FULL else (60, 2)
CONVERSATIONS = 12

NAME = """
import time
from inbox.conversations import actions
from inbox.conversations.reading import read_by_teammate
from inbox.models import Contact, Conversation
from inbox.people.models import Teammate, Workspace
from notifications.models import Notice, Rule
Workspace.objects.filter(slug="demo").update(email_after_seconds=1, business_hours={{}}, holidays=[])
workspace = Workspace.objects.get(slug="demo")
Rule.objects.filter(workspace=workspace).delete()
ada, bea = (Teammate.objects.get(workspace=workspace, handle=handle) for handle in ("ada", "bea"))
contact = Contact.objects.create(workspace=workspace, name="Kill")
rooms = [actions.start(contact, "Hello", author=ada)[0] for _ in range({rooms})]
for n in range({notes}):
    room = rooms[n % {rooms}]
    note = actions.note(room, ada, f"@bea word{{n}}w")
    if n % {rooms} % 3 == 0:  # rooms that she looks into at once
        read_by_teammate(Conversation.objects.get(pk=room.pk), bea, note.seq)
    time.sleep({pace})
"""


@pytest.mark.chaos
@pytest.mark.timeout(900)
def test_what_names_her_is_told_though_workers_and_redis_are_killed(servers: KillableServers, tmp_path: Path) -> None:
    backend = "django.core.mail.backends.filebased.EmailBackend"
    env = {"EMAIL_BACKEND": backend, "EMAIL_FILE_PATH": str(tmp_path), "DELIVERY_LEASE_SECONDS": "5"}
    product = Stack(servers=servers.urls, env=env, beat=True)
    try:
        product.start()
        _name_under_kills(product, servers)
        _wait_until_all_is_told(product)
        _compare(product, tmp_path)
    finally:
        servers.start()
        product.stop()


def _name_under_kills(product: Stack, servers: KillableServers) -> None:
    code = NAME.format(notes=NOTES, rooms=CONVERSATIONS, pace=KILLS * 3 / NOTES)
    naming = subprocess.Popen([sys.executable, "manage.py", "shell", "-c", code], cwd=ROOT, env=product.env)
    for n in range(KILLS):
        time.sleep(random.uniform(0.5, 3.0))  # at a moment nobody chose
        if n % 3 == 2:
            servers.kill("redis")
            servers.start()
        else:
            product.kill("worker")
            product.launch("worker")
    assert naming.wait(300) == 0, "who writes a note is not stopped by a worker's or a broker's death"


def _wait_until_all_is_told(product: Stack) -> None:
    deadline = time.monotonic() + 400
    while time.monotonic() < deadline:
        [(left,)] = product.query(
            "SELECT (SELECT count(*) FROM notifications_event WHERE routed_at IS NULL) + "
            "(SELECT count(*) FROM notifications_delivery WHERE due_at IS NOT NULL)"
        )
        if not left:
            return
        time.sleep(0.2)  # between two looks at what is waited for
    raise AssertionError(f"{left} events and deliveries are still to be worked:\n{product.tail()}")


def _compare(product: Stack, folder: Path) -> None:
    notices = product.query(
        "SELECT (e.data->>'seq')::int, n.read_at IS NOT NULL, m.text FROM notifications_notice n "
        "JOIN notifications_delivery d ON d.public_id = n.delivery JOIN notifications_event e ON e.id = d.event_id "
        "JOIN inbox_conversation c ON c.public_id = e.conversation "
        "JOIN inbox_message m ON m.conversation_id = c.id AND m.seq = (e.data->>'seq')::int "
        "WHERE e.kind = 'mention.created' AND m.text LIKE '@bea word%%'"
    )
    said = Counter(text for _, _, text in notices)
    assert said == Counter(f"@bea word{n}w" for n in range(NOTES)), "each note is on her desk once"
    unread = {text for _, is_read, text in notices if not is_read}
    assert unread == {f"@bea word{n}w" for n in range(NOTES) if n % CONVERSATIONS % 3}
    letters = [letter for file in folder.iterdir() for letter in _letters(file)]
    hers = [letter for letter in letters if "bea" in letter["To"]]
    told = " ".join(str(letter.get_body(("plain",)).get_content()) for letter in hers)  # type: ignore[union-attr]
    missing = [text for text in unread if text.removeprefix("@bea ") not in told]
    assert missing == [], "what stayed unread came by letter"
    ids = Counter(letter["Message-ID"] for letter in hers)
    print(f"{NOTES} notes, {KILLS} kills, {len(ids)} letters; sent twice: {ids.total() - len(ids)}")


def _letters(file: Path) -> list[EmailMessage]:
    """Return the letters of one file of the backend, which parts them by a line of dashes."""
    parts = file.read_bytes().split(b"\n" + b"-" * 79 + b"\n")
    return [message_from_bytes(part, policy=policy.default) for part in parts if part.strip()]  # type: ignore[misc]
