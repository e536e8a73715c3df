"""Mentions: what the handles of a note stand for, who of them may see it, and that those are told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils import timezone

from inbox.conversations import follows, telling
from inbox.conversations.naming import Named, named_in
from inbox.conversations.sight import who_sees
from inbox.conversations.text import TextRefused
from inbox.models import Conversation, Mention, Message
from inbox.people.models import FormerHandle, Team, Teammate, TeamMembership
from inbox.people.models.workspaces import Availability

HERE = "here"
# How many handles a note may name, and how many people they may stand for.
MOST_NAMED = 50
MOST_TOLD = 500
# How many words that look like handles are looked up: pasted code may hold many.
MOST_LOOKED_UP = 200


@dataclass
class Found:
    """What a text names. `told` are those who may see the conversation, by key, with the handle that named them;
    `blind` those named themselves who may not. `pills` says what each written handle stands for, as the thread shows
    it."""

    told: dict[int, str] = field(default_factory=dict)
    blind: dict[int, str] = field(default_factory=dict)
    pills: dict[str, dict[str, Any]] = field(default_factory=dict)
    mates: dict[int, Teammate] = field(default_factory=dict)


def find(conversation: Conversation, author: Teammate, text: str) -> Found:
    """Return whom a note by `author` names. A constant number of queries, none where there is no handle in it.

    The author is a pill, but nobody who is told. Raises TextRefused (`too_many_mentions`).
    """
    named = named_in(text)
    found = Found()
    if not named:
        return found
    _keep_to(len({each.handle for each in named}), MOST_LOOKED_UP)
    handles = {handle for each in named for handle in (each.handle, each.longer)}
    owners = _owners(conversation.workspace_id, handles)
    teams = _teams(author, handles)
    members = _members(teams.values())
    here = any(each.handle == HERE for each in named)
    wanted = {mate.pk for mate in owners.values()} | {pk for pks in members.values() for pk in pks}
    asked = Q(pk__in=wanted) | Q(availability=Availability.AVAILABLE) if here else Q(pk__in=wanted)
    seers = {row.pk: row for row in who_sees(conversation).filter(asked).select_related("user")}
    found.mates = {mate.pk: mate for mate in owners.values()} | seers
    written = _as_written(named, {*owners, *teams, HERE})
    _keep_to(len(written), MOST_NAMED)
    for handle in written:
        _take(found, handle, owners, teams, members, seers, author)
    for pk in (author.pk, *found.told):
        found.blind.pop(pk, None)
    found.told.pop(author.pk, None)
    if len(found.told) > MOST_TOLD:
        raise TextRefused(
            "too_many_mentions",
            f"This note would tell {len(found.told):,} people; {MOST_TOLD} is the most. Name fewer, or a smaller team.",
        )
    return found


def _keep_to(count: int, most: int) -> None:
    if count > most:
        raise TextRefused(
            "too_many_mentions",
            f"A note names {MOST_NAMED} people or teams at most; this one names {count}. Name a team instead, write "
            "several notes, or put what is no name into `backticks`.",
        )


def keep(conversation: Conversation, message: Message, author: Teammate, found: Found, seq: int = 0) -> None:
    """Store whom a note names and have them told, in the caller's transaction, which holds the conversation's lock.

    Of a note that was edited, who is named no more is told no more, and what they were told is taken back; `seq` is
    then the line that says so: who had read the note has not read that it names them.
    """
    seq = seq or message.seq
    wanted = {**found.told, **found.blind}
    known = {row.teammate_id: row for row in Mention.objects.filter(message=message).select_related("teammate")}
    now = timezone.now()
    for pk, row in known.items():
        if row.withdrawn_at is None and pk not in wanted:
            telling.withdrawn(conversation, message.seq, row)
            Mention.objects.filter(pk=row.pk).update(withdrawn_at=now)
            follows.unless_theirs(conversation, pk)
    stays = [row for pk, row in known.items() if row.withdrawn_at is None and pk in wanted]
    if stays:
        telling.reworded(conversation, message, stays)
    same = {row.teammate_id for row in stays if row.told_at is not None or row.teammate_id not in found.told}
    news = {pk: handle for pk, handle in wanted.items() if pk not in same}
    Mention.objects.bulk_create(
        [
            Mention(
                workspace_id=conversation.workspace_id, conversation=conversation, message=message, teammate_id=pk,
                handle=handle, seq=seq, told_at=now if pk in found.told else None,
            )
            for pk, handle in news.items()
        ],
        update_conflicts=True, unique_fields=["message", "teammate"],
        update_fields=["handle", "seq", "told_at", "withdrawn_at", "read_at"],
    )  # fmt: skip
    told = Mention.objects.filter(message=message, teammate__in=news.keys() & found.told.keys())
    tell(conversation, message, author, told.select_related("teammate__user").order_by("pk"))


def tell(conversation: Conversation, message: Message, author: Teammate | None, mentions: Iterable[Mention]) -> None:
    """Tell these teammates, who may see the conversation, that a note names them. Who is named by a handle of their
    own follows the conversation from now on; a team, or @here, would make followers of everybody."""
    mentions = list(mentions)
    own = [
        row.teammate_id for row in mentions if message.data["mentions"].get(row.handle, {}).get("kind") == "teammate"
    ]
    follows.follow(conversation, own)
    for row in mentions:
        telling.mentioned(conversation, message, row, author)


def tell_who_sees_now(conversation: Conversation, limit: int = MOST_TOLD) -> None:
    """Tell those whom notes of a locked conversation named while they could not see it, and who can now."""
    waiting = Mention.objects.filter(conversation=conversation, told_at__isnull=True, withdrawn_at__isnull=True)
    now_seen = waiting.filter(teammate__in=who_sees(conversation)).select_related(
        "teammate__user", "message__teammate__user"
    )
    rows = list(now_seen.order_by("message__seq", "pk")[:limit])
    Mention.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=timezone.now())
    for row in rows:
        tell(conversation, row.message, row.message.teammate, [row])


def _teams(author: Teammate, handles: Iterable[str]) -> dict[str, Team]:
    """Return the teams of these handles, but for private ones that the author is not in: those have no name here."""
    teams = Team.objects.filter(workspace_id=author.workspace_id, handle__in=handles)
    if not author.sees_all_teams:
        mine = TeamMembership.objects.filter(teammate=author).values("team")
        teams = teams.filter(Q(is_private=False) | Q(pk__in=mine))
    return {team.handle: team for team in teams}


def _owners(workspace: int, handles: Iterable[str]) -> dict[str, Teammate]:
    """Return who has, or gave up, each of these handles and works here."""
    mates = Teammate.objects.active().filter(workspace_id=workspace).select_related("user")
    former = FormerHandle.objects.filter(workspace_id=workspace, handle__in=handles).values_list("handle", "teammate")
    by_former = dict(former)
    owners = {row.pk: row for row in mates.filter(Q(handle__in=handles) | Q(pk__in=by_former.values()))}
    found = {handle: owners[pk] for handle, pk in by_former.items() if pk in owners}
    return found | {row.handle: row for row in owners.values() if row.handle in set(handles)}


def _members(teams: Iterable[Team]) -> dict[int, list[int]]:
    """Return the keys of each team's people. No query without a team."""
    pks = [team.pk for team in teams]
    found: dict[int, list[int]] = {pk: [] for pk in pks}
    for team, mate in TeamMembership.objects.filter(team__in=pks).values_list("team", "teammate") if pks else ():
        found[team].append(mate)
    return found


def _as_written(named: Sequence[Named], known: set[str]) -> list[str]:
    """Return the handles that somebody has, each once: "@ada." is ada's, unless there is one who is called "ada."."""
    found = (each.longer if each.longer in known else each.handle for each in named)
    return list(dict.fromkeys(handle for handle in found if handle in known))


def _take(
    found: Found,
    handle: str,
    owners: dict[str, Teammate],
    teams: dict[str, Team],
    members: dict[int, list[int]],
    seers: dict[int, Teammate],
    author: Teammate,
) -> None:
    """Note what one handle stands for."""
    if mate := owners.get(handle):
        sees = mate.pk in seers
        (found.told if sees else found.blind).setdefault(mate.pk, handle)
        found.pills[handle] = {"kind": "teammate", "id": str(mate.public_id), "name": mate.name}
    elif team := teams.get(handle):
        pks = [pk for pk in members[team.pk] if pk in seers]
        _take_all(found, handle, pks)
        found.pills[handle] = {"kind": "team", "name": team.name, "count": len({*pks} - {author.pk})}
    else:
        pks = [pk for pk, mate in seers.items() if mate.availability == Availability.AVAILABLE]
        _take_all(found, handle, pks)
        found.pills[handle] = {"kind": "here", "name": "Available teammates", "count": len({*pks} - {author.pk})}


def _take_all(found: Found, handle: str, pks: Iterable[int]) -> None:
    for pk in pks:
        found.told.setdefault(pk, handle)
