"""What stands in the desk's rail between the inbox and the settings. Apps above add their own in AppConfig.ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from inbox.desk.noticed import unread_count
from inbox.people.models import Teammate


@dataclass(frozen=True)
class Place:
    """One page: the word by which its template says that it is there, its name in the URLs, title and sign.

    `unread` counts what a teammate has not read there, 100 for more than 99; one query for each page of the desk.
    """

    name: str
    url_name: str
    title: str
    icon: str
    unread: Callable[[Teammate], int] | None = None

    @property
    def url(self) -> str:
        return reverse(self.url_name)


PLACES = [
    Place("contacts", "contacts", "Contacts", "users-round"),
    Place("notices", "notices", "Notifications", "bell", unread=unread_count),
    Place("activity", "activity", "Activity", "activity"),
    Place("kickoff", "kickoff", "Weekly kickoff", "calendar"),
    Place("automations", "automations", "Messages", "send"),
]


def add_place(place: Place, after: str = "") -> None:
    """Add a page to the rail, once: behind the one of this name, or at the end."""
    if place not in PLACES:
        at = next((index for index, other in enumerate(PLACES, 1) if other.name == after), len(PLACES))
        PLACES.insert(at, place)
