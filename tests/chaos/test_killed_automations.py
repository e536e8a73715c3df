"""Workers die by kill -9 while messages wait for their delay and go out: each person gets each of them, and once."""

from __future__ import annotations

import os
import random
import time
from collections import Counter

import pytest

from tests.mail_server import MailServer, mail_server
from tests.servers import KillableServers
from tests.stack import Stack

FULL = os.environ.get("FRONTDESK_CHAOS") == "full"
PEOPLE, KILLS = (1000, 8) if FULL else (60, 2)

MESSAGES = """
from inbox.people.audit import COMMAND_LINE
from inbox.people.models import Workspace
from notifications.automations.saving import save_automation
from notifications.models import Event, Rule
w = Workspace.objects.get(slug="demo")
Rule.objects.all().delete()
Event.objects.all().delete()
for channel in ("email", "chat"):
    save_automation(w, {{"name": channel, "enabled": True, "kinds": ["contact.signed_up"], "channel": channel,
        "subject": "Hi {{{{ contact.name }}}}", "body": "Hi {{{{ contact.name }}}}", "delay_seconds": 2,
        "most": 1}}, by=COMMAND_LINE)
"""
SIGN_UPS = """
from inbox.contacts.upsert import create_contact
from inbox.events import ContactSignedUp, who_of
from inbox.people.models import Workspace
from notifications.events import track
w = Workspace.objects.get(slug="demo")
for n in range({people}):
    contact = create_contact(w, {{"name": f"Person {{n}}", "email": f"p{{n}}@chaos.example"}})
    for _ in range(2):
        track(ContactSignedUp(), workspace=w, contact=who_of(contact))
"""


@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_each_gets_each_message_once_though_workers_are_killed(servers: KillableServers) -> None:
    with mail_server() as mailbox:
        env = {"EMAIL_URL": f"smtp://127.0.0.1:{mailbox.port}", "DELIVERY_LEASE_SECONDS": "5"}
        product = Stack(servers=servers.urls, env=env, beat=True)
        try:
            product.start()
            product.manage("shell", "-c", MESSAGES.format())
            product.manage("shell", "-c", SIGN_UPS.format(people=PEOPLE))
            for _ in range(KILLS):
                time.sleep(random.uniform(0.5, 3.0))  # at a moment nobody chose
                product.kill("worker")
                product.launch("worker")
            _wait_until_all_is_told(product)
            _compare(product, mailbox)
        finally:
            product.stop()


def _wait_until_all_is_told(product: Stack) -> None:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        [(unrouted, due)] = product.query(
            "SELECT (SELECT count(*) FROM notifications_event WHERE routed_at IS NULL), "
            "(SELECT count(*) FROM notifications_delivery WHERE due_at IS NOT NULL)"
        )
        if not unrouted and not due:
            return
        time.sleep(0.2)  # between two looks at what is waited for
    raise AssertionError(f"{unrouted} events are not routed and {due} deliveries due:\n{product.tail()}")


def _compare(product: Stack, mailbox: MailServer) -> None:
    rows = product.query(
        "SELECT d.transport, coalesce(nullif(d.cause, ''), d.status), count(*), count(a.version) "
        "FROM notifications_automateddelivery a JOIN notifications_delivery d ON d.id = a.delivery_id GROUP BY 1, 2"
    )
    assert {(transport, became): count for transport, became, count, _ in rows} == {
        (transport, became): PEOPLE for transport in ("email", "chat") for became in ("sent", "enough")
    }
    assert all(version == (count if became == "sent" else 0) for _, became, count, version in rows)
    names = {f"Hi Person {n}" for n in range(PEOPLE)}
    said = product.query("SELECT text FROM inbox_message WHERE text LIKE 'Hi Person %%'")
    assert Counter(text for (text,) in said) == dict.fromkeys(names, 1)
    begun = product.query("SELECT count(*) FROM inbox_conversation c WHERE c.last_text LIKE 'Hi Person %%'")
    assert begun == [(PEOPLE,)], "one conversation for each"
    # Whose worker was killed between the sending and the noting of it comes again, under the same Message-ID.
    letters = [letter for letter in mailbox.letters if str(letter["Subject"]).startswith("Hi Person")]
    by_id = {str(letter["Message-ID"]): str(letter["Subject"]) for letter in letters}
    assert Counter(by_id.values()) == dict.fromkeys(names, 1)
    print(f"{PEOPLE} people, {KILLS} kills; letters sent twice: {len(letters) - len(by_id)}")
