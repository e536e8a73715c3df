"""What the contract of transports (test_contract.py) needs to know of each. A new transport adds one function here."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from bell.devices import add_device
from bell.models import Device, Ring
from inbox.models import Message
from inbox.people.audit import COMMAND_LINE
from inbox.people.models import Workspace
from integrations.connections import remove_connection, set_connection
from notifications.devices import push_keys, subscribe
from notifications.models import Notice, PushSubscription, WebhookSecret
from tests.factories import make_contact, make_teammate
from tests.mail_server import mail_server
from tests.stand_ins.push import push_service
from tests.stand_ins.receiver import Answer, receiver
from tests.stand_ins.slack import TOKEN, Fault, slack_stand_in


@dataclass
class Harness:
    """A workspace that is set up for one transport, and the medium at its other end.

    `address` is where to send to; `arrived` says what is there now, as texts, oldest first. `cut` has the medium drop
    every connection from now on (None: there is none to drop); `disconnect` takes away what is needed to send, or
    whoever would get it (None: nothing is). `secrets` are the workspace's, `nonsense` are no addresses.
    """

    address: str
    arrived: Callable[[], list[str]]
    cut: Callable[[], None] | None = None
    disconnect: Callable[[], None] | None = None
    secrets: tuple[str, ...] = ()
    nonsense: tuple[str, ...] = ("",)


@contextmanager
def inapp(workspace: Workspace, settings: Any) -> Iterator[Harness]:
    """The desk itself."""
    ada = make_teammate(workspace, "ada")

    def leave() -> None:
        ada.left_at = timezone.now()
        ada.save()

    def arrived() -> list[str]:
        return [f"{row.title} {row.body}" for row in Notice.objects.filter(teammate=ada).order_by("id")]

    yield Harness("@ada", arrived, disconnect=leave, nonsense=("", "@nobody", "two words"))


@contextmanager
def log(workspace: Workspace, settings: Any) -> Iterator[Harness]:
    """A listener at the logger."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("frontdesk.events")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield Harness("sales", lambda: list(lines), nonsense=())
    logger.removeHandler(handler)
    logger.setLevel(before)


@contextmanager
def email(workspace: Workspace, settings: Any) -> Iterator[Harness]:
    """A mail server of this machine."""
    ada = make_teammate(workspace, "ada")

    def leave() -> None:
        ada.left_at = timezone.now()
        ada.save()

    with mail_server() as server:
        settings.MAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_HOST_PASSWORD = ""

        def arrived() -> list[str]:
            return [f"{letter['Subject']} {letter.get_body(('plain',)).get_content()}" for letter in server.letters]

        def cut() -> None:
            server.replies["MAIL"] = ""  # which is no reply at all: the client gives the connection up

        yield Harness("@ada", arrived, cut, leave, nonsense=("", "@nobody", "ada", "a b@c.test"))


@contextmanager
def webhook(workspace: Workspace, settings: Any) -> Iterator[Harness]:
    """A customer's server on this machine."""
    settings.WEBHOOK_ALLOW_PRIVATE = True
    secret = WebhookSecret.objects.create(workspace=workspace).secret
    with receiver() as server:

        def arrived() -> list[str]:
            return [posted.body.decode() for posted in server.posted]

        def cut() -> None:
            server.answer = Answer(drop=True)

        yield Harness(server.url, arrived, cut, secrets=(secret,), nonsense=("", "hello", "ftp://x.test/", "https://"))


@contextmanager
def slack(workspace: Workspace, settings: Any) -> Iterator[Harness]:
    """Slack by its bot token."""
    cache.clear()
    set_connection(workspace, "slack", {"bot_token": TOKEN, "signing_secret": "8f742231b10e"}, by=COMMAND_LINE)
    with slack_stand_in() as server:
        settings.SLACK_API_URL = server.url

        def arrived() -> list[str]:
            return [f"{said['text']} {said['blocks']}" for said in server.messages.values()]

        def cut() -> None:
            server.always = {f"chat.{verb}": Fault(drop=True) for verb in ("postMessage", "update", "delete")}

        def disconnect() -> None:
            remove_connection(workspace, "slack", by=COMMAND_LINE)

        yield Harness("#sales", arrived, cut, disconnect, (TOKEN, "8f742231b10e"), ("", "#", "two words", "@ada"))


@contextmanager
def push(workspace: Workspace, settings: Any) -> Iterator[Harness]:
    """A browser, and its push service on this machine."""
    settings.PUSH_ALLOW_ANY_HOST = True
    ada, private = make_teammate(workspace, "ada"), push_keys().private
    with push_service() as service:
        browser = service.device()
        subscribe(ada, endpoint=service.endpoint(browser), p256dh=browser.p256dh, auth=browser.auth)

        def arrived() -> list[str]:
            return [f"{shown['title']} {shown['body']}" for shown in browser.shown.values()]

        def cut() -> None:
            browser.drop = True

        def disconnect() -> None:
            PushSubscription.objects.filter(teammate=ada).delete()

        secrets = (private, browser.auth, service.endpoint(browser))
        yield Harness("@ada", arrived, cut, disconnect, secrets, ("", "@nobody", "two words"))


@contextmanager
def bell(workspace: Workspace, settings: Any) -> Iterator[Harness]:
    """A bell whose socket is there."""
    device, token = add_device(workspace, "Reception", by=COMMAND_LINE)
    Device.objects.filter(pk=device.pk).update(channel="specific.1", last_seen_at=timezone.now())

    def arrived() -> list[str]:
        rung = Ring.objects.filter(device=device, state="waiting").order_by("id")
        return [row.reason for row in rung]

    def disconnect() -> None:
        Device.objects.filter(pk=device.pk).update(channel="")

    yield Harness("ding-ding at Reception", arrived, None, disconnect, (token,), ("", "dong", "ding at Nowhere"))


@contextmanager
def chat(workspace: Workspace, settings: Any) -> Iterator[Harness]:
    """A contact's widget."""
    contact = make_contact(workspace)
    pk = contact.pk

    def arrived() -> list[str]:
        return [row.text for row in Message.objects.filter(conversation__contact=pk).order_by("id")]

    nonsense = ("", "contact:", "contact:nobody", f"contact:{workspace.public_id}", "@ada")
    yield Harness(f"contact:{contact.public_id}", arrived, disconnect=contact.delete, nonsense=nonsense)


HARNESSES: dict[str, Callable[[Workspace, Any], AbstractContextManager[Harness]]] = {
    "inapp": inapp,
    "email": email,
    "push": push,
    "webhook": webhook,
    "log": log,
    "slack": slack,
    "bell": bell,
    "chat": chat,
}
