"""What a desk says of the conversation in front of its reader, and for how long it is believed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.routing import URLRouter
from django.test import Client

from inbox import presence
from inbox.conversations import actions
from inbox.desk import consumer
from inbox.models import Conversation
from inbox.people.models import Teammate
from settings.sockets import websocket_urlpatterns
from tests.factories import make_conversation, make_team, make_teammate, make_workspace

pytestmark = pytest.mark.django_db(transaction=True)

World = tuple[Teammate, Teammate, Conversation, Conversation]


def make() -> World:
    """An owner, an agent, and two conversations."""
    workspace = make_workspace()
    owner, agent = make_teammate(workspace, "ada", role="owner"), make_teammate(workspace, "bea")
    return owner, agent, make_conversation(workspace), make_conversation(workspace)


def signed_in(mate: Teammate) -> bytes:
    client = Client()
    client.force_login(mate.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies.output(header="", sep=";").strip().encode()


class Desk:
    """One page of somebody's desk."""

    def __init__(self, cookies: bytes) -> None:
        scope = {
            "type": "websocket", "path": "/ws/desk/", "headers": [(b"cookie", cookies)], "query_string": b"",
            "subprotocols": [],
        }  # fmt: skip
        self.line = ApplicationCommunicator(URLRouter(list(websocket_urlpatterns)), scope)

    async def say(self, **frame: Any) -> None:
        await self.line.send_input({"type": "websocket.receive", "text": json.dumps(frame)})

    async def hear(self, kind: str) -> dict[str, Any]:
        """Return the next frame of a kind."""
        while True:
            event = await self.line.receive_output(20)
            assert event["type"] == "websocket.send", event
            frame = json.loads(event["text"])
            if frame["type"] == kind:
                return dict(frame)

    async def open(self, conversation: Conversation) -> None:
        await self.say(type="open", conversation=str(conversation.public_id))
        await self.hear("opened")

    async def done(self) -> None:
        """Return once all that was said has been worked: frames are worked in order, and this one is answered."""
        await self.say(type="nonsense")
        await self.hear("error")


@asynccontextmanager
async def desk_of(mate: Teammate) -> AsyncIterator[Desk]:
    """A page that is open while the block runs."""
    desk = Desk(await sync_to_async(signed_in)(mate))
    await desk.line.send_input({"type": "websocket.connect"})
    assert (await desk.line.receive_output(20))["type"] == "websocket.accept"
    await desk.hear("ready")
    yield desk
    await desk.line.send_input({"type": "websocket.disconnect", "code": 1001})
    await desk.line.wait(20)


@sync_to_async
def looks(mate: Teammate, conversation: Conversation) -> bool:
    """Whether the spine would find them looking at it."""
    return bool(presence.who_looks([(mate.pk, conversation.public_id)]))


@sync_to_async
def hide(conversation: Conversation, owner: Teammate) -> None:
    """Move a conversation into a private team of nobody's."""
    actions.move(conversation, make_team(conversation.workspace, is_private=True), by=owner)


async def test_who_has_it_in_front_of_them_looks_at_it_and_who_merely_has_it_open_does_not() -> None:
    _, bea, one, other = await sync_to_async(make)()
    async with desk_of(bea) as desk:
        await desk.open(one)
        assert not await looks(bea, one)
        await desk.say(type="front")
        await desk.done()
        assert await looks(bea, one)
        assert not await looks(bea, other)
        await desk.say(type="back")
        await desk.done()
        assert not await looks(bea, one)


async def test_whoever_turns_to_another_one_or_shuts_it_looks_at_it_no_more() -> None:
    _, bea, one, other = await sync_to_async(make)()
    async with desk_of(bea) as desk:
        await desk.open(one)
        await desk.say(type="front")
        await desk.open(other)
        assert not await looks(bea, one)
        await desk.say(type="front")
        await desk.done()
        assert await looks(bea, other)
        await desk.say(type="close")
        await desk.done()
        assert not await looks(bea, other)


async def test_whose_page_goes_away_looks_at_nothing() -> None:
    _, bea, one, _ = await sync_to_async(make)()
    async with desk_of(bea) as desk:
        await desk.open(one)
        await desk.say(type="front")
        await desk.done()
        assert await looks(bea, one)
    assert not await looks(bea, one)


async def test_what_is_said_with_a_heartbeat_is_believed_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    _, bea, one, _ = await sync_to_async(make)()
    async with desk_of(bea) as desk:
        await desk.open(one)
        await desk.say(type="front")
        await desk.done()
        await sync_to_async(presence.looks_away)(bea.pk, one.public_id)
        await desk.say(type="front")
        await desk.done()
        assert not await looks(bea, one), "said again at once, it is not written again"
        monkeypatch.setattr(consumer, "FRONT_EVERY_SECONDS", 0.0)
        await desk.say(type="front")
        await desk.done()
        assert await looks(bea, one)


async def test_nothing_is_in_front_where_nothing_is_open() -> None:
    owner, bea, one, _ = await sync_to_async(make)()
    await hide(one, owner)
    async with desk_of(bea) as desk:
        await desk.say(type="front")
        await desk.say(type="open", conversation=str(one.public_id))
        await desk.hear("gone")
        await desk.say(type="front")
        await desk.say(type="back")
        await desk.done()
        assert not await looks(bea, one)


async def test_who_loses_sight_of_what_is_in_front_of_them_looks_at_it_no_more() -> None:
    owner, bea, one, _ = await sync_to_async(make)()
    async with desk_of(bea) as desk:
        await desk.open(one)
        await desk.say(type="front")
        await desk.done()
        await hide(one, owner)
        assert (await desk.hear("gone"))["conversation"] == str(one.public_id)
        await desk.done()
        assert not await looks(bea, one)
