"""A visitor's socket. The wire protocol is docs/protocol.md."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError

from inbox import realtime
from inbox.conversations.reading import read_by_contact
from inbox.conversations.text import TextRefused
from inbox.models import Conversation, Visitor
from inbox.sockets import DATABASE_AWAY, Socket, in_database
from inbox.widget import chat, forms
from inbox.widget.incoming import FrameError, client_id_in, parse
from inbox.widget.pace import Bucket, bucket_of
from inbox.widget.session import (
    current_conversation,
    note_page,
    origin_allowed,
    visitor_by_id,
    visitor_is_known,
    visitor_of,
)

log = logging.getLogger(__name__)

BAD_TOKEN = 4401
NO_AUTH_WITHIN_SECONDS = 30
TYPING_EVERY_SECONDS = 1.0


class WidgetConsumer(Socket):
    kind = "widget"
    visitor: Visitor | None = None
    bucket: Bucket
    typed_at = 0.0

    async def connect(self) -> None:
        """Accept, and wait a while for the visitor to say who it is."""
        await super().connect()
        self.bucket = Bucket(settings.WIDGET_FRAMES_PER_SECOND, settings.WIDGET_FRAMES_BURST)
        self._lurking = asyncio.get_running_loop().call_later(
            NO_AUTH_WITHIN_SECONDS, lambda: asyncio.ensure_future(self.close(BAD_TOKEN))
        )

    async def disconnect(self, code: int) -> None:
        """Leave every group."""
        self._lurking.cancel()
        await super().disconnect(code)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Work one frame. Whatever is wrong with it is answered, and the socket stays."""
        text = text_data if text_data is not None else (bytes_data or b"").decode("utf-8", "replace")
        try:
            self._keep_pace(text)
            await self._work(parse(text))
        except FrameError as error:
            await self.tell(error.payload())
        except TextRefused as refused:
            await self.tell(FrameError(refused.code, refused.detail, client_id_in(text)).payload())
        except DATABASE_AWAY as error:
            log.warning("widget frame not worked: %s", error)
            away = FrameError("unavailable", "Not stored just now; send it again.", client_id_in(text), retry_after=2)
            await self.tell(away.payload())
        except (ObjectDoesNotExist, DatabaseError):
            if self.visitor is None or await in_database(visitor_is_known, self.visitor.pk):
                raise
            await self.begin_anew({})

    async def begin_anew(self, event: dict[str, Any]) -> None:
        """Whose token this is is not known here, or not any more: the browser opens a session without it."""
        await self.tell(FrameError("bad_token", "Open a new session: this token is not valid here.").payload())
        await self.close(BAD_TOKEN)

    def _keep_pace(self, text: str) -> None:
        wait = self.bucket.take()
        if wait:
            client_id = client_id_in(text) if len(text) < 100_000 else None
            raise FrameError(
                "rate_limited", "Too many frames; wait and send it again.", client_id, max(0.05, round(wait, 2))
            )

    async def _work(self, frame: forms.Incoming) -> None:
        if isinstance(frame, forms.Auth):
            await self._auth(frame)
            return
        if self.visitor is None:
            raise FrameError("not_authenticated", 'Send {"type":"auth","visitor":TOKEN} first.', _client_id(frame))
        match frame:
            case forms.Send():
                await self._send(frame)
            case forms.Resume():
                await self._resume(frame.after)
            case forms.History():
                await self._history(frame.before)
            case forms.Read():
                if self.conversation is not None:
                    await in_database(read_by_contact, self.conversation, frame.seq)
            case forms.Typing():
                await self._typing()
            case forms.PageSeen():
                await in_database(note_page, self.visitor, {"url": frame.url, "title": frame.title})

    async def _auth(self, frame: forms.Auth) -> None:
        visitor = await in_database(visitor_of, frame.visitor)
        if visitor is None or not origin_allowed(visitor.workspace, self._origin()):
            await self.begin_anew({})
            return
        self._lurking.cancel()
        for group in list(self.joined):
            await self.leave(group)
        self.visitor, self.conversation = visitor, None
        self.bucket = bucket_of(visitor.pk, settings.WIDGET_FRAMES_PER_SECOND, settings.WIDGET_FRAMES_BURST)
        await self.join(realtime.visitor_group(visitor.pk))
        if visitor.verified_at and visitor.contact_id:
            await self.join(realtime.contact_group(visitor.contact_id))
        # Subscribe first and read after: what is stored in between is then heard or read, never missed.
        newest = await self._follow(await in_database(current_conversation, visitor))
        ready: dict[str, Any] = {"type": "ready", "after": newest}
        if self.conversation is not None:  # read markers that moved while the line was down
            ready["read_seq"] = self.conversation.contact_read_seq
            ready["teammate_read_seq"] = self.conversation.teammate_read_seq
        await self.tell(ready)
        self.start_heartbeat()

    async def _follow(self, conversation: Conversation | None) -> int:
        """Hear a conversation from now on and return its newest public seq as read after that."""
        if conversation is None:
            return 0
        if self.conversation is None or self.conversation.pk != conversation.pk:
            if self.conversation is not None:
                await self.leave(realtime.visitor_side_group(self.conversation.pk))
            await self.join(realtime.visitor_side_group(conversation.pk))
            conversation = await in_database(chat.reload, conversation)
        self.conversation = conversation
        return conversation.last_public_seq

    async def _send(self, frame: forms.Send) -> None:
        assert self.visitor is not None
        sent = await in_database(chat.send, self.visitor, self.conversation, frame.text, frame.client_id)
        await self.tell(sent.payload)
        if self.conversation is None or self.conversation.pk != sent.conversation.pk:
            await self._follow(sent.conversation)
        else:
            self.conversation = sent.conversation
        if sent.frames:
            realtime.publish(sent.frames, sender=self.channel_name)

    async def _resume(self, seq: int) -> None:
        frames: list[dict[str, Any]] = []
        reached, more = seq, False
        if self.conversation is not None:
            frames, reached, more = await in_database(chat.after, self.conversation, seq)
        for payload in frames:
            await self.tell(payload)
        await self.tell({"type": "caught_up", "seq": reached, "more": more})

    async def _history(self, seq: int) -> None:
        frames: list[dict[str, Any]] = []
        more = False
        if self.conversation is not None:
            frames, more = await in_database(chat.before, self.conversation, seq)
        for payload in frames:
            await self.tell(payload)
        await self.tell({"type": "history", "before": seq, "more": more})

    async def _typing(self) -> None:
        now = time.monotonic()
        if self.conversation is None or now - self.typed_at < TYPING_EVERY_SECONDS:
            return
        self.typed_at = now
        author = {"kind": "contact", "name": self.conversation.contact.person.display_name}
        typing = {"type": "typing", "conversation": str(self.conversation.public_id), "author": author}
        realtime.publish([realtime.Frame(realtime.desk_group(self.conversation.pk), typing)])

    async def rebind(self, event: dict[str, Any]) -> None:
        """Another tab or device started a conversation: follow it, and tell the widget to read it."""
        started = json.loads(event["text"])["conversation"]
        if self.visitor is None or (self.conversation is not None and str(self.conversation.public_id) == started):
            return
        try:
            visitor = await in_database(visitor_by_id, self.visitor.pk)
            current = await in_database(current_conversation, visitor)
        except DATABASE_AWAY:
            return
        self.visitor = visitor
        if current is not None and (self.conversation is None or self.conversation.pk != current.pk):
            await self._follow(current)
            await self.tell({"type": "rebind"})

    async def reread(self, event: dict[str, Any]) -> None:
        """Who the desk takes this conversation's contact to be has changed: hold it as the database has it now."""
        if self.conversation is not None:
            with suppress(*DATABASE_AWAY):
                self.conversation = await in_database(chat.reload, self.conversation)

    def heartbeat(self, seqs: dict[int, tuple[int, int]]) -> dict[str, Any]:
        """Return the newest public seq, so that a client sees what the socket did not bring."""
        newest = seqs.get(self.conversation.pk, (0, 0))[1] if self.conversation is not None else 0
        return {"type": "heartbeat", "seq": newest}

    def _origin(self) -> str | None:
        for name, value in self.scope["headers"]:
            if name == b"origin":
                return str(value.decode("latin-1"))
        return None


def _client_id(frame: forms.Incoming) -> str | None:
    return str(frame.client_id) if isinstance(frame, forms.Send) else None
