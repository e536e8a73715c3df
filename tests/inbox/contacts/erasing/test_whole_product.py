"""The product as it runs, with a person in every corner of it: once they are erased, a dump of the database, the
folder of files and Redis hold no trace of them, and everybody else is as before."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis import Redis
from websockets.exceptions import ConnectionClosed

from settings.embedded import programs
from tests.bell.product import new_bell
from tests.chat_client import Visitor, open_session
from tests.inbox.contacts.erasing.dump import Traces
from tests.stack import Stack, database_url, running_stack
from tests.stand_ins.receiver import Receiver, receiver
from tests.stand_ins.slack import TOKEN, Slack, slack_stand_in

EMAIL, SECOND = "ottoline@brambleworth.example", "o.tansy@pepperdew.example"
NAME, SECOND_NAME, PHONE, ID = "Ottoline Brambleworth", "O. Tansy-Pepperdew", "+49 40 77712345", "bramble-20417"
WORDS = {
    "chat": "Rhubarb", "note": "Kettledrum", "answer": "Gooseberry", "second": "Tambourine", "attribute": "Quincunx",
    "about": "Bassoonery", "event": "Marzipan", "folder": "Zabaglione", "offline": "Fenugreek",
}  # fmt: skip
TRACES = ("ottoline", "brambleworth", "tansy", "pepperdew", "77712345", "bramble-20417", *WORDS.values())
OTHERS = ("inbox_contact", "inbox_identity", "inbox_visitor", "inbox_conversation", "inbox_message", "inbox_mention",
          "inbox_follow", "inbox_readmarker", "inbox_personnote", "inbox_matchkey", "inbox_contactdevice")  # fmt: skip
# One start of Django for all of it. Prints a token for the API, and the identity secret.
PREPARE = """
from inbox.people.audit import COMMAND_LINE
from inbox.people.models import ApiToken, Teammate
from integrations.connections import set_connection
ada = Teammate.objects.get(workspace__slug="demo", handle="ada")
set_connection(ada.workspace, "slack", {{"bot_token": "{slack}", "signing_secret": "8f74"}}, by=COMMAND_LINE)
print(ApiToken.issue(ada, "test"), ada.workspace.identity_secret)
"""
ASK = """
from inbox.contacts import exporting, person_notes, personal_export
from inbox.models import Contact
from inbox.models.profiles import ProfileKind
from inbox.people.audit import COMMAND_LINE
from inbox.people.models import Teammate
ada = Teammate.objects.get(workspace__slug="demo", handle="ada")
her = Contact.objects.get(public_id="{contact}")
person_notes.write_note(her, ada, "{note}")
personal_export.request_person(her, ada, COMMAND_LINE)
exporting.request_list(ada, ProfileKind.CONTACT, "", COMMAND_LINE)
"""
PENDING = """
SELECT (SELECT count(*) FROM notifications_event WHERE routed_at IS NULL)
     + (SELECT count(*) FROM notifications_delivery WHERE due_at < now() + interval '10 s')
     + (SELECT count(*) FROM notifications_posting WHERE retract_at IS NOT NULL OR update_at IS NOT NULL)
     + (SELECT count(*) FROM inbox_export WHERE status IN ('pending', 'running'))
     + (SELECT count(*) FROM inbox_likenesscheck)
"""
# What the demo's people are told is theirs; a letter about her waits for its window to end.
ROUTES: list[dict[str, Any]] = [
    {"name": "Unknown", "transport": "slack", "address": "#unknown", "kinds": ["contact.signup_failed"],
     "group_seconds": 600},
    {"name": "Calls", "transport": "webhook", "address": "", "kinds": ["user.*", "message.received"]},
    {"name": "Desk", "transport": "inapp", "address": "@ada", "kinds": ["user.*", "contact.*"]},
    {"name": "Bell", "transport": "bell", "address": "ding", "kinds": ["contact.signed_up"]},
    {"name": "Log", "transport": "log", "address": "all", "kinds": ["contact.*", "conversation.*"]},
]  # fmt: skip


@pytest.fixture
def slack() -> Iterator[Slack]:
    with slack_stand_in() as running:
        yield running


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


@pytest.fixture
def product(slack: Slack, hook: Receiver, tmp_path: Path) -> Iterator[Product]:
    env = {"SLACK_API_URL": slack.url, "MEDIA_ROOT": str(tmp_path / "media"), "WEBHOOK_ALLOW_PRIVATE": "1"}
    with running_stack(env=env) as stack:
        yield Product(stack, tmp_path / "media")


class Product:
    """A running stack, as its API's callers and its customers know it."""

    def __init__(self, stack: Stack, media: Path) -> None:
        self.stack, self.media = stack, media
        said = stack.manage("shell", "-c", PREPARE.format(slack=TOKEN))
        self.token, self.secret = said.splitlines()[-1].split()

    def call(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        """Call the API as the owner and return what it answers."""
        headers = {"Authorization": f"Bearer {self.token}", **({"Idempotency-Key": key} if key else {})}
        answer = httpx.request(method, f"{self.stack.url}/api/v1/{path}", json=body, headers=headers, timeout=60)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def until(self, there: Callable[[], object], seconds: float = 60) -> None:
        """Wait for something. Raises AssertionError with the log where it does not come."""
        deadline = time.monotonic() + seconds
        while not there():
            assert time.monotonic() < deadline, self.stack.tail()
            time.sleep(0.05)  # between two looks at what is waited for

    def settle(self) -> None:
        """Wait until the workers have done all that there is to do."""
        self.until(lambda: self.stack.query(PENDING) == [(0,)])

    def dump(self) -> bytes:
        """Return the whole database as pg_dump writes it, in plain text."""
        found = programs.wheel() or next(programs.system())
        command = [found.bin / "pg_dump", "--data-only", database_url(self.stack.database)]
        return subprocess.run(command, check=True, capture_output=True).stdout

    def files(self) -> list[tuple[str, bytes]]:
        """Return each stored file with its content."""
        found = [path for path in self.media.rglob("*") if path.is_file()]
        return [(str(path), str(path).encode() + path.read_bytes()) for path in found]

    def redis(self) -> list[tuple[str, bytes]]:
        """Return each key of this stack with what it holds."""
        with Redis.from_url(self.stack.env["REDIS_URL"]) as redis:
            keys = redis.scan_iter(f"*{self.stack.database}*", count=1000)
            return [(key.decode(), key + b" " + _value(redis, key)) for key in keys]

    def rows(self) -> dict[str, set[str]]:
        """Return the rows of what customers are, said and did, by table, each as text: but for when the product itself
        told of who waits for too long, which goes on meanwhile."""
        return {
            table: {
                str(text)
                for (text,) in self.stack.query(f"SELECT (to_jsonb(t) - 'told_waiting_since')::text FROM {table} AS t")
            }
            for table in OTHERS
        }

    def found(self) -> list[str]:
        """Return where anything of her stands."""
        traces = Traces(TRACES)
        places = [("dump", self.dump()), *self.files(), *self.redis()]
        return [hit for name, content in places for hit in traces.found_in(name, content)]


def _value(redis: Any, key: bytes) -> bytes:
    read = {
        b"string": lambda: redis.get(key), b"list": lambda: redis.lrange(key, 0, -1),
        b"set": lambda: redis.smembers(key), b"hash": lambda: redis.hgetall(key),
        b"zset": lambda: redis.zrange(key, 0, -1, withscores=True),
        b"stream": lambda: redis.xrange(key),
    }  # fmt: skip
    kind = redis.type(key)
    return b"" if kind == b"none" else repr(read[kind]()).encode()


async def chat(product: Product) -> Visitor:
    """Have her come back with a signed identity, write from her browser, and stay connected."""
    user = {"external_id": ID, "email": EMAIL, "name": NAME,
            "hash": hmac.new(product.secret.encode(), ID.encode(), hashlib.sha256).hexdigest()}  # fmt: skip
    page = {"url": f"https://shop.example/{WORDS['folder']}?who={EMAIL}", "title": f"{NAME}'s cart"}
    session = await open_session(product.stack, user=user, page=page)
    visitor = Visitor(product.stack, session["visitor"])
    await visitor.connect()
    for n in range(3):
        await visitor.send(f"{WORDS['chat']} {n}, says {NAME}")
        await visitor.hear("message")
    return visitor


def make_her(product: Product) -> tuple[str, str]:
    """Make what she is known by, but for what she says herself; return the ids of both of her contacts."""
    known = {"name": NAME, "email": EMAIL, "phone": PHONE, "attributes": {"taste": WORDS["attribute"]}, "account": "bw"}
    first = product.call("PUT", f"contacts/by/external_id/{ID}/", known, key=f"make-{ID}")["id"]
    second = product.call("POST", "contacts/", {"name": SECOND_NAME, "email": SECOND}, key=str(uuid.uuid4()))["id"]
    product.call("PUT", "accounts/bw/", {"name": "BW Ltd", "owner": first, "attributes": {"invoices": EMAIL}})
    thread = product.call("POST", "conversations/", {"contact": second, "text": WORDS["second"]})["id"]
    product.call("POST", f"conversations/{thread}/messages/", {"kind": "reply", "text": "!", "author": "@bea"})
    merged = {"winner": first, "loser": second, "reason": f"Both are {NAME}", "fields": {"name": "loser"}}
    product.call("POST", "merges/", merged)
    return first, second


def happen(product: Product, contact: str) -> None:
    """Have things happen to her, and be written about her."""
    [thread] = product.call("GET", f"conversations/?contact={contact}&status=open")["results"][:1]
    messages = f"conversations/{thread['id']}/messages/"
    note = f"@bea {WORDS['note']} for {NAME}"
    product.call("POST", messages, {"kind": "note", "text": note, "author": "@ada"}, key=str(uuid.uuid4()))
    answer = f"Dear {NAME}: {WORDS['answer']}"
    product.call("POST", messages, {"kind": "reply", "text": answer, "author": "@bea"}, key=str(uuid.uuid4()))
    her = {"external_id": ID}
    for kind, data in (
        ("contact.signed_up", {"plan": WORDS["event"]}),
        ("user.cake_baked", {"title": f"{NAME} baked", "sort": WORDS["event"]}),
        ("payment.failed", {"amount_minor": 100, "currency": "EUR"}),
    ):
        product.call(
            "POST", "events/", {"kind": kind, "contact": her, "data": data, "idempotency_key": f"{kind}-{EMAIL}"}
        )
    for who in ("somebody@else.example", EMAIL):
        stranger = {"email": who, "reason": "The card was refused"}
        product.call("POST", "events/", {"kind": "contact.signup_failed", "data": stranger})


async def erased_while_she_writes(product: Product, visitor: Visitor, contact: str) -> None:
    """Erase her by the API while her browser is connected: it is sent away, and begins anew as somebody unknown."""
    await asyncio.to_thread(product.call, "DELETE", f"contacts/{contact}/")
    assert (await visitor.hear("error"))["code"] == "bad_token"
    with pytest.raises(ConnectionClosed):
        await visitor.next()
    with pytest.raises(httpx.HTTPStatusError):
        await open_session(product.stack, visitor=visitor.token)


def test_no_trace_is_left_in_the_database_the_files_and_redis(product: Product, slack: Slack, hook: Receiver) -> None:
    new_bell(product.stack)
    for route in ROUTES:
        product.call("POST", "routes/", {**route, "address": route["address"] or hook.url})
    product.settle()
    others = product.rows()
    first, second = make_her(product)

    async def story() -> None:
        visitor = await chat(product)
        happen(product, first)
        product.stack.manage("shell", "-c", ASK.format(contact=first, note=WORDS["about"]))
        await asyncio.to_thread(product.settle)
        assert len({hit.split(":")[0] for hit in product.found()}) >= 2  # the dump, and a list as CSV
        assert _told(slack)
        await erased_while_she_writes(product, visitor, second)

    asyncio.run(story())
    product.settle()
    product.until(lambda: not product.files())
    assert product.found() == []
    assert not _told(slack)
    assert {table: rows - product.rows()[table] for table, rows in others.items()} == {table: set() for table in OTHERS}


def _told(slack: Slack) -> list[str]:
    """Return what stands in Slack now and names her."""
    words = [word.lower() for word in TRACES]
    said = [json.dumps(message, ensure_ascii=False).lower() for message in list(slack.messages.values())]
    return [text for text in said if any(word in text for word in words)]
