"""What the Notifications page shows, and what open desks are told of it: within what the teammate may see, always."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from inbox.desk.lists import shown, with_unread_mention
from inbox.desk.noticed import MOST_COUNTED, visible_notices
from inbox.models import Conversation
from inbox.people.models import Teammate
from notifications.models import Delivery, Notice
from notifications.registry import UnknownKind, kind_of
from notifications.words import Severity

UNREAD = "unread"


@dataclass(frozen=True)
class Line:
    """One row of the list: a notice, where a click on it leads ("" for nowhere), the colour of its icon, and whose
    conversation it is about, where its title does not say ("")."""

    notice: Notice
    url: str
    tone: str
    about: str = ""


def notices_of(teammate: Teammate, show: str) -> QuerySet[Notice]:
    """Return the notices that the page is asked to show ("unread" or all of them), in no order."""
    found = visible_notices(teammate)
    return found.filter(read_at__isnull=True) if show == UNREAD else found


def lines(notices: Iterable[Notice]) -> list[Line]:
    """Return notices, which may be seen, as rows of the list. Two queries at most."""
    notices = list(notices)
    paths = {notice.pk: _path(notice.url) for notice in notices}
    events = _events([notice for notice in notices if not paths[notice.pk]])
    names = _names({notice.conversation for notice in notices if notice.conversation})
    return [
        Line(notice, paths[notice.pk] or events.get(notice.pk, ""), _tone(notice), _about(notice, names))
        for notice in notices
    ]


def news_of(teammate: Teammate) -> dict[str, Any]:
    """Return what an open desk is told: how many are unread (as it is written), the newest notice, and which
    conversations (public ids) hold an unread notice, or an unread mention. A constant number of queries."""
    visible = visible_notices(teammate)
    unread = list(visible.filter(read_at__isnull=True).order_by().values_list("conversation", flat=True)[:MOST_COUNTED])
    mentions = with_unread_mention(teammate).order_by().values_list("public_id", flat=True)[:MOST_COUNTED]
    return {
        "unread": shown(len(unread)),
        "newest": next((_told(line) for line in lines(visible.order_by("-pk")[:1])), None),
        "conversations": sorted({str(public_id) for public_id in unread if public_id}),
        "mentions": [str(public_id) for public_id in mentions],
    }


def _told(line: Line) -> dict[str, Any]:
    notice = line.notice
    conversation = str(notice.conversation) if notice.conversation else None
    return {
        "id": str(notice.public_id),
        "title": notice.title,
        "about": line.about,
        "url": line.url,
        "conversation": conversation,
        "is_read": notice.read_at is not None,
    }


def _path(url: str) -> str:
    """Return where a notice leads: on the desk a path, as whoever reads it may call the desk by another name; ""
    for what is no address."""
    base = settings.PUBLIC_URL or settings.LOCAL_URL
    if url.startswith(f"{base}/"):
        return url.removeprefix(base)
    return url if url.startswith(("https://", "http://")) else ""


def _events(notices: Sequence[Notice]) -> dict[int, str]:
    """Return by notice (key) the page of the event that it tells of."""
    if not notices:
        return {}
    told = Delivery.objects.filter(public_id__in=[notice.delivery for notice in notices])
    events = dict(told.values_list("public_id", "event__public_id"))
    return {
        notice.pk: reverse("activity-event", args=[events[notice.delivery]])
        for notice in notices
        if notice.delivery in events
    }


def _names(conversations: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return by conversation (public id) with whom it is."""
    if not conversations:
        return {}
    found = Conversation.objects.filter(public_id__in=conversations).select_related("contact__root")
    return {row.public_id: row.contact.person.display_name for row in found}


def _about(notice: Notice, names: Mapping[uuid.UUID, str]) -> str:
    name = names.get(notice.conversation, "") if notice.conversation else ""
    return "" if name in notice.title else name


def _tone(notice: Notice) -> str:
    if notice.conversation is not None:
        return "at"
    try:
        severity = kind_of(notice.kind).severity
    except UnknownKind:
        return "off"
    return "bad" if severity >= Severity.ERROR else "wait" if severity >= Severity.WARNING else "off"
