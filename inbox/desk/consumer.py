"""An agent's socket: hears what its teammate may see, and follows the one conversation that is open in front of them.

From the desk: `open` {conversation}, `close`, `typing`, `read` {seq}, `front` (the open conversation is in front of its
reader: on a page that is shown, in the window that has the keyboard; said again with heartbeats), `back` (it is not any
more). To the desk: `ready`, `opened`, `message`, `conversation` (a row of the list), `state` (the conversation's
header), `typing`, `read`, `seen`, `notices` (the teammate's notices changed: ask for them), `activity` (something
happened: ask for it), `gone`, `away` (what is away now: the database, live updates), `access` (what this desk may show
has changed: look again), `left` (the membership has ended; where that is said), `heartbeat`.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from datetime import datetime
from typing import Any

from django.utils import timezone

from inbox import presence, realtime
from inbox.conversations.reading import read_by_teammate
from inbox.desk.access import page_for_who_left, still_here, teammate_of
from inbox.models import Conversation, GuestAccess
from inbox.people.models import Team, Teammate
from inbox.people.secrets import token_hash
from inbox.sockets import DATABASE_AWAY, LATER, Socket, in_database, troubles

log = logging.getLogger(__name__)

NOT_SIGNED_IN = 4401
LEFT = 4403
MAX_FRAME = 16 * 1024
TYPING_EVERY_SECONDS = 1.0
# A page says so every 20 seconds; what is said more often than this is not written down.
FRONT_EVERY_SECONDS = 5.0


class DeskConsumer(Socket):
    kind = "desk"
    teammate: Teammate
    typed_at = 0.0
    # When the first of this teammate's accesses as a guest ends.
    guest_until: datetime | None = None
    # When the open conversation was last said to be in front, by the process's clock; None while it is not.
    front_at: float | None = None

    async def connect(self) -> None:
        """Accept those who are signed in; others hear why and are closed."""
        await super().connect()
        teammate = await in_database(teammate_of, self.scope["user"], self.scope["session"])
        if teammate is None:
            await self.tell({"type": "error", "code": "not_signed_in", "detail": "Sign in again."})
            await self.close(NOT_SIGNED_IN)
            return
        self.teammate = teammate
        await self._listen()
        self.start_heartbeat()
        await self.tell({"type": "ready", "teammate": str(teammate.public_id), "away": troubles()})

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Work one frame; what is wrong with it is answered."""
        if not hasattr(self, "teammate"):
            return None
        try:
            frame = json.loads(text_data or "") if len(text_data or "") <= MAX_FRAME else None
        except ValueError:
            frame = None
        handlers = {
            "open": self._open, "close": self._close, "typing": self._typing, "read": self._read,
            "front": self._front, "back": self._back,
        }  # fmt: skip
        handler = handlers.get(str(frame.get("type"))) if isinstance(frame, dict) else None
        if handler is None or frame is None:
            return await self.tell({"type": "error", "code": "bad_frame", "detail": "This frame is not known here."})
        try:
            await handler(frame)
        except DATABASE_AWAY as error:
            log.warning("desk frame not worked: %s", error)
            await self.tell({"type": "error", "code": "unavailable", "detail": "Not just now; it will be tried again."})

    async def _open(self, frame: dict[str, Any]) -> None:
        await self._close(frame)
        found = await in_database(_visible, self.teammate, frame.get("conversation"))
        if found is None:
            await self.tell({"type": "gone", "conversation": frame.get("conversation")})
            return
        await self.join(realtime.desk_group(found.pk))
        # Subscribed first, read after: the seq told here is what the page must have reached.
        self.conversation = await in_database(_visible, self.teammate, frame.get("conversation"))
        if self.conversation is not None:
            await self.tell(
                {
                    "type": "opened",
                    "conversation": str(self.conversation.public_id),
                    "seq": self.conversation.last_seq,
                    "contact_read_seq": self.conversation.contact_read_seq,
                }
            )

    async def _close(self, frame: dict[str, Any]) -> None:
        await self._back(frame)
        if self.conversation is not None:
            await self.leave(realtime.desk_group(self.conversation.pk))
            self.conversation = None

    async def _front(self, frame: dict[str, Any]) -> None:
        now = time.monotonic()
        often = self.front_at is not None and now - self.front_at < FRONT_EVERY_SECONDS
        if self.conversation is None or often:
            return
        self.front_at = now
        await in_database(presence.looks_at, self.teammate.pk, self.conversation.public_id)

    async def _back(self, frame: dict[str, Any]) -> None:
        if self.conversation is None or self.front_at is None:
            return
        self.front_at = None
        await in_database(presence.looks_away, self.teammate.pk, self.conversation.public_id)

    async def disconnect(self, code: int) -> None:
        """Nobody looks any more; then leave every group."""
        try:
            await self._back({})
        finally:
            await super().disconnect(code)

    async def _typing(self, frame: dict[str, Any]) -> None:
        now = time.monotonic()
        if self.conversation is None or not self.teammate.may_write or now - self.typed_at < TYPING_EVERY_SECONDS:
            return
        self.typed_at = now
        typing = {"type": "typing", "author": realtime.author_of(self.teammate)}
        here = {**typing, "conversation": str(self.conversation.public_id)}
        frames = [realtime.Frame(realtime.desk_group(self.conversation.pk), here)]
        # What is typed into a note must leave no trace on the visitor's side.
        if frame.get("kind") == "reply":
            frames.append(realtime.Frame(realtime.visitor_side_group(self.conversation.pk), typing))
        realtime.publish(frames, sender=self.channel_name)

    async def _read(self, frame: dict[str, Any]) -> None:
        seq = frame.get("seq")
        if self.conversation is None or not isinstance(seq, int) or seq < 0:
            return
        fresh = await in_database(_visible, self.teammate, str(self.conversation.public_id))
        if fresh is not None:
            await in_database(read_by_teammate, fresh, self.teammate, seq)

    async def _listen(self) -> None:
        """Join the groups of what the teammate may see, and leave the others."""
        wanted, self.guest_until = await in_database(_scopes, self.teammate)
        kept = {realtime.desk_group(self.conversation.pk)} if self.conversation is not None else set()
        for group in wanted - self.joined:
            await self.join(group)
        for group in self.joined - wanted - kept:
            await self.leave(group)

    async def said(self, event: dict[str, Any]) -> None:
        """Something was said: pass on the row, and the message itself if this page has the conversation open."""
        if self.guest_until is not None and timezone.now() >= self.guest_until:
            # A guest's time is over, whether or not a worker has said so. The page reads its list again.
            await self.reauthorise({})
            return
        await self.say(event["text"])
        if self.conversation is not None and self.conversation.pk == event["conversation"]:
            await self.say(event["opened"])

    async def perhaps_gone(self, event: dict[str, Any]) -> None:
        """A conversation left a scope: those who may not see it any more are told, the others hear nothing."""
        public_id = json.loads(event["text"])["conversation"]
        try:
            gone = await in_database(_visible, self.teammate, public_id) is None
        except DATABASE_AWAY:
            gone = True
        if not gone:
            return
        if self.conversation is not None and str(self.conversation.public_id) == public_id:
            await self._close({})
        await self.say(event["text"])

    async def reauthorise(self, event: dict[str, Any]) -> None:
        """Somebody's access changed: look again at what this teammate may hear and see."""
        if event.get("keep") and event["keep"] == token_hash(self.scope["session"].session_key or ""):
            return  # other sessions of this login ended; this one ended them
        try:
            teammate = await in_database(still_here, self.teammate, self.scope["session"])
            if teammate is None:
                await self._say_why_it_ends()
                return
            self.teammate = teammate
            await self._listen()
            await self.tell({"type": "access", "role": teammate.role})
            if self.conversation is not None:
                public_id = str(self.conversation.public_id)
                if await in_database(_visible, teammate, public_id) is None:
                    await self._close({})
                    await self.tell({"type": "gone", "conversation": public_id})
        except DATABASE_AWAY:
            await self.close(LATER)  # the desk comes back, and is asked again who it is

    async def _say_why_it_ends(self) -> None:
        """Close this desk. Who was removed is told so, as their sign-in may not be there to tell them any more."""
        page = await in_database(page_for_who_left, self.teammate)
        if page:
            await self.tell({"type": "left", "url": page})
        await self.close(LEFT if page else NOT_SIGNED_IN)

    async def trouble(self, what: list[str]) -> None:
        """Say what is away now; once nothing is, the desk reads again what it may have missed."""
        await self.tell({"type": "away", "what": what})

    def heartbeat(self, seqs: dict[int, tuple[int, int]]) -> dict[str, Any]:
        """Return the newest seq of the open conversation, so that the desk sees what the socket did not bring."""
        if self.conversation is None:
            return {"type": "heartbeat"}
        newest = seqs.get(self.conversation.pk, (0, 0))[0]
        return {"type": "heartbeat", "conversation": str(self.conversation.public_id), "seq": newest}


def _visible(teammate: Teammate, public_id: Any) -> Conversation | None:
    try:
        wanted = uuid.UUID(str(public_id))
    except ValueError:
        return None
    return Conversation.objects.visible_to(teammate).filter(public_id=wanted).first()


def _scopes(teammate: Teammate) -> tuple[set[str], datetime | None]:
    """Return the groups of what a teammate may hear, and when the first of their accesses as a guest ends."""
    private = Team.objects.filter(workspace_id=teammate.workspace_id, is_private=True)
    if not teammate.sees_all_teams:
        private = private.filter(memberships__teammate=teammate)
    teams = list(private.values_list("pk", flat=True))
    groups, ends = {realtime.team_group(pk) for pk in teams}, None
    if not teammate.sees_all_teams:
        guest_of = GuestAccess.objects.running().filter(workspace_id=teammate.workspace_id, teammate=teammate)
        # In one group for each conversation: who has joined its team since hears of it there.
        rows = list(guest_of.exclude(conversation__team__in=teams).values_list("conversation", "ends_at"))
        groups |= {realtime.guests_group(pk) for pk, _ in rows}
        ends = min((end for _, end in rows), default=None)
    return {*groups, realtime.workspace_group(teammate.workspace_id), realtime.teammate_group(teammate.pk)}, ends
