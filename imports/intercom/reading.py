"""What the phases of a sync share: its lists, page by page, and what is looked up beside them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from imports.intercom.companies import key_of
from imports.intercom.gathering import Gathering
from imports.intercom.place import Place
from imports.models import Import
from inbox.contacts.attributes import Definitions, definitions_of
from inbox.models.profiles import ProfileKind
from integrations.intercom.client import Intercom, IntercomRefused, Later
from integrations.intercom.pages import Page

# After so many seconds others have a turn: the sync goes on in the worker's next run.
SLICE = 20.0


class Reading:
    """A sync that is being read."""

    def __init__(self, import_: Import, intercom: Intercom, place: Place, gathering: Gathering) -> None:
        self._until = time.monotonic() + SLICE
        self.import_, self.intercom, self.place, self.gathering = import_, intercom, place, gathering

    def pages(self, ask: Callable[[str | None], Page]) -> Iterator[list[dict[str, Any]]]:
        """Yield the rest of the phase's list, page by page, without what is done already. Whoever takes an item calls
        `done` with it; between pages, and where there is enough, all of it is stored."""
        place, phase = self.place, self.place.phase
        while place.phase == phase:
            page = ask(place.cursor)
            if page.total is not None:
                place.expected[phase] = page.total
            seen = set(place.seen)
            yield [item for item in page.items if item.get("id") and str(item["id"]) not in seen]
            place.turn(page.cursor)
            place.failures = 0
            if self.gathering.is_full or place.phase != phase:
                self.gathering.store()
            if time.monotonic() > self._until:
                raise Later(0, "There is more to read.", throttled=True)

    def done(self, item: dict[str, Any]) -> None:
        """Note that an item of the page is with the gathering, or needs not be."""
        self.place.seen.append(str(item["id"]))
        self.place.fetched[self.place.phase] = self.place.fetched.get(self.place.phase, 0) + 1
        if self.gathering.is_full:
            self.gathering.store()

    @cached_property
    def of_contacts(self) -> Definitions:
        """The workspace's own fields on contacts."""
        return definitions_of(self.import_.workspace_id, ProfileKind.CONTACT)

    @cached_property
    def of_accounts(self) -> Definitions:
        """The workspace's own fields on accounts."""
        return definitions_of(self.import_.workspace_id, ProfileKind.ACCOUNT)

    @cached_property
    def keys(self) -> dict[str, str]:
        """The external ids of accounts by Intercom's ids of their companies."""
        return dict(self.gathering.known())

    @cached_property
    def tags(self) -> dict[str, str]:
        """The names of tags by their ids."""
        return self.intercom.tags()

    @cached_property
    def admins(self) -> dict[str, dict[str, Any]]:
        """Intercom's teammates; none where the token may not read them."""
        try:
            return self.intercom.admins()
        except IntercomRefused:
            return {}

    def learn(self, company: dict[str, Any]) -> str:
        """Note which account a company is, and return its external id."""
        key = key_of(company)
        self.keys[str(company["id"])] = key
        self.gathering.know(str(company["id"]), key)
        return key
