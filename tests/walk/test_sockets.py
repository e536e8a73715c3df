"""Every socket, opened as everybody. A socket that has no row in TABLE fails the walk."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.routing import URLRouter

from settings.sockets import websocket_urlpatterns
from tests.walk.discover import sockets
from tests.walk.people import World, make_world

# What each hears to its first question: the desk is asked to open the conversation of the private team, the widget
# to take the visitor's token (a login is no token, and a token of the API is none of a visitor). A bell's socket is for
# bells alone: everybody else is turned away at the handshake.
TABLE = {
    "ws/desk/": {
        "nobody": "not_signed_in",
        "visitor": "not_signed_in",
        "other": "gone",
        "outsider": "gone",
        "viewer": "opened",
        "token": "not_signed_in",
        "owner": "opened",
    },
    "ws/widget/": {
        "nobody": "bad_token",
        "visitor": "ready",
        "other": "bad_token",
        "outsider": "bad_token",
        "viewer": "bad_token",
        "token": "bad_token",
        "owner": "bad_token",
    },
    "ws/bell/": dict.fromkeys(("nobody", "visitor", "other", "outsider", "viewer", "token", "owner"), "refused"),
}


def test_every_socket_is_in_the_table() -> None:
    assert set(sockets()) == set(TABLE)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("path", "persona"), [(path, who) for path, row in TABLE.items() for who in row])
async def test_a_socket_lets_in_whom_the_table_says(path: str, persona: str) -> None:
    world = await sync_to_async(make_world)()
    headers, question = await sync_to_async(_hello)(world, path, persona)
    scope = {"type": "websocket", "path": f"/{path}", "headers": headers, "query_string": b"", "subprotocols": []}
    socket = ApplicationCommunicator(URLRouter(list(websocket_urlpatterns)), scope)
    await socket.send_input({"type": "websocket.connect"})
    if (await socket.receive_output(20))["type"] == "websocket.close":
        assert TABLE[path][persona] == "refused"
        await socket.send_input({"type": "websocket.disconnect", "code": 1006})
        await socket.wait(20)
        return
    await socket.send_input({"type": "websocket.receive", "text": json.dumps(question)})
    heard = await _heard(socket)
    if path == "ws/desk/" and heard["type"] == "ready":
        heard = await _heard(socket)
    await socket.send_input({"type": "websocket.disconnect", "code": 1000})
    await socket.wait(20)
    assert heard.get("code", heard["type"]) == TABLE[path][persona]


async def _heard(socket: ApplicationCommunicator) -> dict[str, Any]:
    return dict(json.loads((await socket.receive_output(20))["text"]))


def _hello(world: World, path: str, persona: str) -> tuple[list[tuple[bytes, bytes]], dict[str, Any]]:
    """Return the headers of the handshake, and the first frame."""
    client = world.client(persona, "/")
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    headers = [(b"origin", b"http://localhost"), (b"host", b"localhost"), (b"cookie", cookies.encode())]
    if path == "ws/desk/":
        return headers, {"type": "open", "conversation": str(world.conversation.public_id)}
    token = {"visitor": world.visitor_token, "token": world.token}.get(persona, client.cookies.output())
    if path == "ws/bell/":
        return [*headers, (b"authorization", f"Bearer {token}".encode())], {}
    return headers, {"type": "auth", "visitor": str(token)[:200]}
