"""PostgreSQL or Redis is away, at the start and later: what works goes on, what does not says so, and all of it comes
back by itself."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from contextlib import closing
from typing import Any

import httpx
import pytest
import websockets

from tests.chat_client import Visitor, open_session
from tests.servers import KillableServers
from tests.signin import cookie_header, signed_in
from tests.stack import Stack

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600), pytest.mark.xdist_group("chaos")]
PAGE = {"Accept": "text/html,application/xhtml+xml"}


def checks(stack: Stack) -> dict[str, str]:
    return dict(httpx.get(f"{stack.url}/readyz", timeout=20).json()["checks"])


def until(reached: Any, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.1)


def test_all_processes_start_without_their_servers_and_work_once_these_are_there(
    unstarted: Stack, servers: KillableServers
) -> None:
    servers.kill("postgres")
    servers.kill("redis")
    unstarted.launch()
    unstarted.wait_until_ready("/healthz")
    with httpx.Client(base_url=unstarted.url, headers=PAGE, timeout=20) as client:
        page = client.get("/accounts/login/")
        found = client.get("/inbox/all/", cookies={"frontdesk_session": "whatever"})
    assert page.status_code in (200, 503)
    assert found.status_code == 503
    assert checks(unstarted)["database"] != "ok"
    assert checks(unstarted)["redis"] != "ok"
    assert all(process.poll() is None for process in unstarted.running.values()), unstarted.tail()
    servers.start()
    unstarted.wait_until_ready("/readyz", 120)
    _a_snooze_wakes(unstarted)
    signed_in(unstarted).close()
    assert all(process.poll() is None for process in unstarted.running.values()), unstarted.tail()


def test_without_its_database_each_who_asks_is_told_in_their_own_way_and_nothing_hangs(
    product: Stack, servers: KillableServers
) -> None:
    with closing(signed_in(product)) as known:
        pass
    session = {"frontdesk_session": known.cookies["frontdesk_session"]}
    client = httpx.Client(base_url=product.url, cookies=session, timeout=20)
    assert client.get("/inbox/all/").status_code == 200
    servers.kill("postgres")
    page = client.get("/inbox/all/", headers=PAGE)
    assert "Nothing you wrote is lost; this page tries again by itself" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    fragment = client.get("/inbox/counts/", headers={"HX-Request": "true"})
    assert fragment.text == "The database is away. Try again in a moment."
    program = client.post("/widget/v1/session", json={"key": "x"})
    assert program.json()["code"] == "unavailable"
    assert program.headers["Access-Control-Allow-Origin"] == "*"
    api = client.get("/api/v1/conversations/", headers={"Authorization": "Bearer fd_x"})
    assert api.json()["code"] == "unavailable"
    for answer in (page, fragment, program, api):
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
    assert client.get("/healthz").status_code == 200
    assert checks(product) == {
        "database": "OperationalError", "redis": "ok", "migrations": "OperationalError", "worker": "ok"
    }  # fmt: skip
    metrics = client.get("/metrics").text
    assert 'frontdesk_up{what="database"} 0.0' in metrics
    assert 'frontdesk_up{what="redis"} 1.0' in metrics
    servers.start()
    product.wait_until_ready("/readyz", 60)
    # Every connection of the pool died with the server: none of them is given to anybody.
    assert [client.get("/inbox/all/").status_code for _ in range(20)] == [200] * 20
    client.close()


def test_a_restarted_database_is_noticed_before_anybody_is_given_a_dead_connection(
    product: Stack, servers: KillableServers
) -> None:
    with closing(signed_in(product)) as client:

        async def many() -> list[int]:
            async with httpx.AsyncClient(
                base_url=product.url, cookies=client.cookies, headers=client.headers, timeout=30
            ) as many:
                return [a.status_code for a in await asyncio.gather(*(many.get("/inbox/counts/") for _ in range(24)))]

        assert asyncio.run(many()) == [200] * 24  # the pool is as large as it gets
        servers.kill("postgres")
        servers.start()  # and nobody asked for anything meanwhile
        assert asyncio.run(many()) == [200] * 24


def test_without_redis_people_sign_in_come_and_write_and_hear_each_other(
    product: Stack, servers: KillableServers
) -> None:
    with closing(signed_in(product, "bea")) as early:
        asyncio.run(_goes_on(product, servers, cookie_header(early)))


async def _goes_on(stack: Stack, servers: KillableServers, cookies: str) -> None:
    early = Visitor(stack, (await open_session(stack))["visitor"])
    headers = {"Cookie": cookies, "Origin": stack.url}
    async with early, websockets.connect(f"{stack.ws}/ws/desk/", additional_headers=headers) as desk:
        assert (await heard(desk, "ready"))["away"] == []
        await asyncio.to_thread(servers.kill, "redis")
        assert (await heard(desk, "away"))["what"] == ["live"]
        with closing(await asyncio.to_thread(signed_in, stack, "ada")) as agent:
            said = f"without Redis {uuid.uuid4().hex[:8]}"
            # Whoever comes now is let in, and both sides hear what this process does.
            async with Visitor(stack, (await open_session(stack))["visitor"]) as late:
                await late.send(said)
                await late.hear("message")
                assert said in (await heard(desk, "conversation"))["html"]
                here = (await open_session(stack, visitor=late.token))["conversation"]["id"]
                form = {"kind": "reply", "text": "I hear you", "client_id": str(uuid.uuid4())}
                stored = await asyncio.to_thread(agent.post, f"/conversations/{here}/messages/", data=form)
                assert stored.status_code == 201
                assert (await late.hear("message"))["text"] == "I hear you"
                assert (await asyncio.to_thread(agent.get, "/inbox/all/")).status_code == 200
                await asyncio.to_thread(servers.start)
                # Whose lines these are, nobody had to come back: the desk is told when to read again.
                assert (await heard(desk, "away", 60))["what"] == []
                await late.send("and now")
                assert (await late.hear("message"))["text"] == "and now"
    await asyncio.to_thread(stack.wait_until_ready, "/readyz", 60)
    await asyncio.to_thread(_a_snooze_wakes, stack)


def test_a_redis_that_hangs_slows_nobody_down_for_long(product: Stack, servers: KillableServers) -> None:
    with closing(signed_in(product)) as client:
        servers.pause()
        try:
            said = asyncio.run(_writes_meanwhile(product))
            assert client.get("/inbox/all/").status_code == 200
        finally:
            servers.resume()
    assert said == "while it hangs"


async def _writes_meanwhile(stack: Stack) -> str:
    async with Visitor(stack, (await open_session(stack))["visitor"]) as visitor:
        await visitor.send("while it hangs")
        return str((await visitor.hear("message"))["text"])


async def heard(socket: websockets.ClientConnection, kind: str, seconds: float = 30) -> dict[str, Any]:
    async with asyncio.timeout(seconds):
        while True:
            frame: dict[str, Any] = json.loads(await socket.recv())
            if frame["type"] == kind:
                return frame


def _a_snooze_wakes(stack: Stack) -> None:
    """Worker and beat do their work: a conversation whose snooze ends is open soon after."""
    found = stack.query(
        "UPDATE inbox_conversation SET status = 'snoozed', snoozed_until = now(), closed_at = NULL "
        "WHERE id = (SELECT min(id) FROM inbox_conversation) RETURNING id"
    )
    status = "SELECT status FROM inbox_conversation WHERE id = %s"
    until(lambda: stack.query(status, found[0][0]) == [("open",)])
