"""A visitor's socket, over a real one."""

from __future__ import annotations

import asyncio
import uuid

import pytest

from tests.chat_client import Visitor, open_session
from tests.stack import Stack


async def fresh(stack: Stack) -> Visitor:
    return Visitor(stack, (await open_session(stack))["visitor"])


async def test_a_sender_gets_its_own_message_back_as_the_acknowledgement(stack: Stack) -> None:
    async with await fresh(stack) as visitor:
        client_id = await visitor.send("Hello\nthere, see https://example.com/a?b=1&c=2")
        message = await visitor.hear("message")
    assert message["client_id"] == client_id
    assert message["seq"] == 1
    assert message["author"] == {"kind": "contact", "name": "Visitor"}
    assert message["text"] == "Hello\nthere, see https://example.com/a?b=1&c=2"
    assert "<br>" in message["html"]
    assert 'href="https://example.com/a?b=1&amp;c=2"' in message["html"]


async def test_the_same_client_id_twice_is_stored_once(stack: Stack) -> None:
    async with await fresh(stack) as visitor:
        client_id = str(uuid.uuid4())
        for _ in range(3):
            await visitor.send("once", client_id)
        assert [(await visitor.hear("message"))["seq"] for _ in range(3)] == [1, 1, 1]
        assert len(await visitor.resume(0)) == 1


async def test_two_tabs_that_send_the_first_message_at_once_share_one_conversation(stack: Stack) -> None:
    one = await fresh(stack)
    async with one, Visitor(stack, one.token) as two:
        client_id = str(uuid.uuid4())
        await asyncio.gather(one.send("first", client_id), two.send("first", client_id), two.send("second"))
        await one.hear("message")
        await two.hear("message")
        await two.hear("message")
        thread = await two.resume(0)
    assert sorted(m["text"] for m in thread) == ["first", "second"]
    assert [m["seq"] for m in thread] == [1, 2]


async def test_another_tab_hears_a_message_live_and_the_sender_hears_it_once(stack: Stack) -> None:
    one = await fresh(stack)
    async with one, Visitor(stack, one.token) as two:
        await one.send("start")
        await one.hear("message")
        await two.hear("rebind", "message")
        await one.send("more")
        assert (await two.hear("message"))["text"] in {"start", "more"}
        assert (await one.hear("message"))["text"] == "more"
        with pytest.raises(asyncio.TimeoutError):
            await one.next(seconds=0.5)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("{", "bad_json"),
        ("[]", "bad_frame"),
        ('"send"', "bad_frame"),
        ("{}", "bad_frame"),
        ('{"type":"dance"}', "unknown_type"),
        ('{"type":5}', "unknown_type"),
        ('{"type":"send","text":"x"}', "bad_frame"),
        ('{"type":"send","client_id":"nonsense","text":"x"}', "bad_frame"),
        ('{"type":"resume","after":-1}', "bad_frame"),
        ('{"type":"resume","after":1e400}', "bad_frame"),
        ('{"type":"read","seq":99999999999999999999}', "bad_frame"),
        ('{"type":"send","client_id":"%s","text":"   "}', "empty_text"),
        ('{"type":"send","client_id":"%s","text":"a\\u0000b"}', "control_characters"),
        ('{"type":"send","client_id":"%s","text":"a\\u0007b"}', "control_characters"),
        ('{"type":"send","client_id":"%s","text":"\\ud800"}', "control_characters"),
        ('{"type":"send","client_id":"%s","text":"' + "x" * 20_001 + '"}', "text_too_long"),
        ('{"type":"send","client_id":"%s","text":"' + "x" * 300_000 + '"}', "too_large"),
        ("[" * 100_000, "bad_json"),
    ],
)
async def test_a_bad_frame_is_answered_and_the_socket_stays(stack: Stack, frame: str, code: str) -> None:
    client_id = str(uuid.uuid4())
    async with await fresh(stack) as visitor:
        await visitor.socket.send(frame.replace("%s", client_id))
        error = await visitor.hear("error")
        assert error["code"] == code
        assert error["detail"]
        if "%s" in frame and code != "too_large":
            assert error["client_id"] == client_id
        await visitor.send("still here")
        assert (await visitor.hear("message"))["seq"] == 1, "what was refused left a hole"


async def test_nothing_is_worked_before_the_visitor_says_who_it_is(stack: Stack) -> None:
    visitor = await fresh(stack)
    visitor.token = "fv_wrong"
    with pytest.raises(Exception):  # noqa: B017  (closed, or no ready frame)
        await visitor.connect()


async def test_a_flood_is_told_to_slow_down_and_loses_nothing(stack: Stack) -> None:
    async with await fresh(stack) as visitor:
        await visitor.send("first")
        await visitor.hear("message")
        for n in range(100):
            await visitor.send(f"m{n}")
        frames = [await visitor.hear("message", "error") for _ in range(100)]
        refused = [f for f in frames if f["type"] == "error"]
        assert refused
        assert {f["code"] for f in refused} == {"rate_limited"}
        assert all(f["client_id"] and f["retry_after"] > 0 for f in refused)
        stored = await visitor_thread(stack, visitor)
        assert len(stored) == 101 - len(refused)


async def visitor_thread(stack: Stack, visitor: Visitor) -> list[dict[str, object]]:
    async with Visitor(stack, visitor.token) as again:
        for _ in range(50):
            await again.say(type="resume", after=0)
            frame = await again.hear("message", "caught_up", "error")
            if frame["type"] != "error":
                break
            await asyncio.sleep(frame["retry_after"])
        thread = [frame]
        while (frame := await again.hear("message", "caught_up"))["type"] == "message":
            thread.append(frame)
        return thread


async def test_history_and_resume_read_the_same_thread(stack: Stack) -> None:
    async with await fresh(stack) as visitor:
        for n in range(25):
            await visitor.send(f"m{n}")
            await visitor.hear("message")
        await visitor.say(type="history", before=11)
        window = []
        while (frame := await visitor.hear("message", "history"))["type"] == "message":
            window.append(frame["seq"])
        assert window == list(range(1, 11))
        assert frame == {"type": "history", "before": 11, "more": False}
        assert [m["seq"] for m in await visitor.resume(20)] == [21, 22, 23, 24, 25]
