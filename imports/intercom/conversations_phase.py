"""Reading conversations, each with its parts."""

from __future__ import annotations

from typing import Any

from imports.intercom import fitting
from imports.intercom.reading import Reading
from imports.intercom.syncs import asked_since
from imports.intercom.threads import thread_of
from imports.models import BatchKind, Source, SourceLink


def fetch_conversations(reading: Reading) -> None:
    """Read the rest of the conversations; nothing where they are not wanted."""
    place, intercom = reading.place, reading.intercom
    if not reading.import_.options.get("conversations"):
        place.turn(None)
        return

    def ask(cursor: str | None) -> Any:
        if place.since_conversations is None:
            return intercom.conversations(cursor)
        return intercom.conversations_changed(asked_since(place.since_conversations), cursor)

    for items in reading.pages(ask):
        unchanged = _unchanged(reading, items)
        for summary in items:
            _take(reading, summary, is_old=str(summary["id"]) in unchanged)
            reading.done(summary)


def _take(reading: Reading, summary: dict[str, Any], *, is_old: bool) -> None:
    place, updated = reading.place, fitting.moment(summary.get("updated_at"))
    if updated is not None:
        place.newest_conversation = max(place.newest_conversation, int(updated.timestamp()))
    whole = None if is_old else reading.intercom.conversation(str(summary["id"]))
    if whole is None:  # nothing new, or deleted meanwhile
        return
    place.threads += 1
    reading.gathering.add(BatchKind.CONVERSATIONS, thread_of({**summary, **whole}, place.threads, reading.admins))


def _unchanged(reading: Reading, items: list[dict[str, Any]]) -> set[str]:
    """Return the ids of those that came over before, and have not changed since."""
    if reading.place.since_conversations is None:
        return set()
    names = {source_id(reading.place.app, str(item["id"])): item for item in items}
    links = SourceLink.objects.filter(
        workspace=reading.import_.workspace_id, source=Source.INTERCOM, kind="conversation", source_id__in=names
    )
    return {
        str(names[name]["id"])
        for name, before in links.values_list("source_id", "changed_at")
        if before is not None and (at := fitting.moment(names[name].get("updated_at"))) is not None and at <= before
    }


def source_id(app: str, conversation: str) -> str:
    """Return under what a conversation is remembered: its number is one of that Intercom workspace's alone."""
    return f"{app}/{conversation}"[:255]
