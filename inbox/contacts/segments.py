"""Lists that the team keeps by name: saved, renamed, changed, deleted. The whole workspace shares them."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from inbox.contacts.filters import asked_of
from inbox.models import Segment
from inbox.models.profiles import ProfileKind
from inbox.people.models import Teammate
from inbox.people.permissions import Permission, require

MOST = 100
LONGEST_NAME = 80


class SegmentRefused(ValueError):
    """A segment cannot be kept like this. The message says what to do."""


def save_segment(teammate: Teammate, of: ProfileKind, name: str, query: str) -> Segment:
    """Keep a list by a name. Raises Forbidden, SegmentRefused, and AskedWrongly for a query that cannot be applied."""
    require(teammate, Permission.WRITE)
    name, query = _name(name), _query(teammate, of, query)
    known = Segment.objects.filter(workspace=teammate.workspace, of=of)
    if known.count() >= MOST:
        raise SegmentRefused(f"There are {MOST} segments already. Delete one first.")
    try:
        with transaction.atomic():
            return Segment.objects.create(workspace=teammate.workspace, of=of, name=name, query=query, by=teammate)
    except IntegrityError as error:
        raise _taken(name) from error


def rename_segment(segment: Segment, teammate: Teammate, name: str) -> None:
    """Call a segment something else. Raises Forbidden, SegmentRefused."""
    require(teammate, Permission.WRITE)
    segment.name = _name(name)
    try:
        with transaction.atomic():
            segment.save(update_fields=["name"])
    except IntegrityError as error:
        raise _taken(segment.name) from error


def change_segment(segment: Segment, teammate: Teammate, query: str) -> None:
    """Have a segment mean another list. Raises Forbidden, and AskedWrongly for a query that cannot be applied."""
    require(teammate, Permission.WRITE)
    segment.query = _query(teammate, ProfileKind(segment.of), query)
    segment.save(update_fields=["query"])


def delete_segment(segment: Segment, teammate: Teammate) -> None:
    """Delete a segment; who is in it stays as they are. Raises Forbidden."""
    require(teammate, Permission.WRITE)
    segment.delete()


def _query(teammate: Teammate, of: ProfileKind, query: str) -> str:
    asked = asked_of(teammate.workspace, of, query)
    asked.check()
    return asked.query()


def _name(name: str) -> str:
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise SegmentRefused("Give it a name.")
    if len(name) > LONGEST_NAME:
        raise SegmentRefused(f"A name has at most {LONGEST_NAME} characters.")
    return name


def _taken(name: str) -> SegmentRefused:
    return SegmentRefused(f"There is a segment “{name}” already. Choose another name.")
