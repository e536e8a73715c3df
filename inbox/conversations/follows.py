"""Who follows a conversation: they hear of what is said in it, if they want to."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from inbox.models import Conversation, Follow, Message
from inbox.people.models import Teammate

_FOLLOW = """
INSERT INTO inbox_follow (workspace_id, conversation_id, teammate_id, is_muted, created_at)
SELECT %s, %s, unnest(%s::bigint[]), false, clock_timestamp() ON CONFLICT DO NOTHING
"""


def follow(conversation: Conversation, teammates: Collection[int]) -> None:
    """Have teammates (by key) follow a conversation, unless they chose not to. One statement."""
    if teammates:
        with connection.cursor() as cursor:
            cursor.execute(_FOLLOW, [conversation.workspace_id, conversation.pk, sorted(teammates)])


def unless_theirs(conversation: Conversation, teammate: int) -> None:
    """Have a teammate (by key), who is named no more, follow a conversation no more, unless it is theirs in some other
    way: they wrote in it, or were given it."""
    if conversation.assignee_id == teammate:
        return
    wrote = Message.objects.filter(conversation=conversation, teammate=teammate)
    if not wrote.exists():
        theirs = Follow.objects.filter(workspace_id=conversation.workspace_id, conversation=conversation)
        theirs.filter(teammate=teammate, is_muted=False).delete()


def choose(conversation: Conversation, teammate: Teammate, follows: bool) -> None:
    """Follow a conversation, or follow it no more, by one's own choice: nothing else changes that."""
    Follow.objects.update_or_create(
        workspace_id=conversation.workspace_id,
        conversation=conversation,
        teammate=teammate,
        defaults={"is_muted": not follows},
    )


def follows(conversation: Conversation, teammate: Teammate) -> bool:
    """Whether a teammate follows a conversation."""
    return Follow.objects.filter(
        workspace_id=conversation.workspace_id, conversation=conversation, teammate=teammate, is_muted=False
    ).exists()
