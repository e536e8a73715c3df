"""Numbers without holes and without doubles, whoever writes at once."""

from __future__ import annotations

import random
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from inbox.conversations import actions
from inbox.models import Conversation, Message
from inbox.widget import chat
from tests.factories import make_conversation, make_teammate, make_workspace

SENDERS = 50
EACH = 4


@pytest.mark.django_db(transaction=True)
def test_fifty_senders_leave_no_hole_and_a_reader_resuming_anywhere_reads_exactly_that() -> None:
    workspace = make_workspace()
    teammate = make_teammate(workspace)
    conversation = make_conversation(workspace)
    done = threading.Event()
    repeats = [(uuid.uuid4(), f"repeat {n}") for n in range(5)]

    def send(n: int) -> None:
        try:
            mine = Conversation.objects.get(pk=conversation.pk)
            for turn in range(EACH):
                _one(mine, teammate, n, turn)
            for client_id, text in repeats:  # everybody sends these same five: each is stored once
                actions.reply(mine, mine.contact, text, client_id=client_id)
        finally:
            connections.close_all()

    def read() -> list[int]:
        seen, after, rest = [], 0, random.Random(7)
        try:
            while True:
                finished = done.is_set()
                frames, _, more = chat.after(conversation, after)
                keep = len(frames) if finished else rest.randint(0, len(frames))  # dropped somewhere in the middle
                seen += [frame["seq"] for frame in frames[:keep]]
                after = seen[-1] if seen else 0
                if finished and not more:
                    return seen
        finally:
            connections.close_all()

    with ThreadPoolExecutor(SENDERS + 1) as pool:
        reader = pool.submit(read)
        list(pool.map(send, range(SENDERS)))
        done.set()
        seen = reader.result(timeout=60)

    messages = list(Message.objects.filter(conversation=conversation).order_by("seq"))
    assert [m.seq for m in messages] == list(range(1, len(messages) + 1))
    public = [m.public_seq for m in messages if m.public_seq is not None]
    assert public == list(range(1, len(public) + 1))
    assert seen == public
    conversation.refresh_from_db()
    assert (conversation.last_seq, conversation.last_public_seq) == (len(messages), len(public))
    assert sum(m.text.startswith("repeat") for m in messages) == len(repeats)
    notes = sum(m.kind == "note" for m in messages)
    assert notes == sum(1 for n in range(SENDERS) for turn in range(EACH) if (n + turn) % 4 == 1)


def _one(conversation: Conversation, teammate: object, n: int, turn: int) -> None:
    match (n + turn) % 4:
        case 0:
            chat.send(conversation.visitor, conversation, f"visitor {n}.{turn}", uuid.uuid4())
        case 1:
            actions.note(conversation, teammate, f"note {n}.{turn}")
        case 2:
            actions.reply(conversation, teammate, f"teammate {n}.{turn}")
        case 3:
            actions.close(conversation, by=teammate)


@pytest.mark.django_db(transaction=True)
def test_a_send_that_fails_leaves_no_hole() -> None:
    workspace = make_workspace()
    conversation = make_conversation(workspace)
    client_id = uuid.uuid4()
    chat.send(conversation.visitor, conversation, "one", client_id)
    chat.send(conversation.visitor, conversation, "one", client_id)
    chat.send(conversation.visitor, conversation, "two", uuid.uuid4())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(seq ORDER BY seq) FROM inbox_message WHERE conversation_id = %s", [conversation.pk]
        )
        assert cursor.fetchone()[0] == [1, 2, 3]
