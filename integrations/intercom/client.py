"""Intercom, as imports read it: its lists page by page, and single things in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from integrations.connections import IntercomConfig
from integrations.intercom.errors import CursorGone, Gone, IntercomRefused, Later
from integrations.intercom.pages import Page, items_of, page_of, scroll_of
from integrations.intercom.wire import PATIENCE, Wire

# Intercom gives so many at most.
PER_PAGE = 150
COMPANIES_PER_PAGE = 50
# Each is asked for by itself, as only then its parts come along.
CONVERSATIONS_PER_PAGE = 50
# The list of companies ends there; beyond, they are scrolled through.
MOST_LISTED = 10_000
_SCROLL = "scroll:"


class Intercom:
    """One workspace's Intercom. Each method raises IntercomRefused and Later; with a cursor CursorGone, too."""

    def __init__(
        self, config: IntercomConfig, *, before: Callable[[], None] | None = None, patience: float = PATIENCE
    ) -> None:
        """`before` is called before each call; `patience` is for how many seconds it may wait by itself."""
        values = config.clear()
        self._wire = Wire(values["access_token"], region=values.get("region", ""), before=before, patience=patience)

    def close(self) -> None:
        """Hang up."""
        self._wire.close()

    def me(self) -> dict[str, Any]:
        """Return whose token this is; under `app`, of which workspace of Intercom's."""
        return self._wire.get("me")

    def contacts(self, cursor: str | None = None, *, per_page: int = PER_PAGE) -> Page:
        """Return a page of all users and leads."""
        return page_of(self._wire.get("contacts", _with({"per_page": per_page}, cursor), at=cursor))

    def contacts_changed(self, since: datetime, cursor: str | None = None) -> Page:
        """Return a page of users and leads that changed on a day after that of `since`: Intercom compares days, and in
        its workspace's time zone."""
        return page_of(self._search("contacts", since, PER_PAGE, cursor))

    def contact_tags(self, contact: str) -> list[str]:
        """Return the names of all tags of one contact; [] where it is gone."""
        try:
            answer = self._wire.get(f"contacts/{quote(contact, safe='')}/tags")
        except Gone:
            return []
        return [str(tag["name"]) for tag in items_of(answer, "data") if tag.get("name")]

    def companies(self, cursor: str | None = None, *, per_page: int = COMPANIES_PER_PAGE) -> Page:
        """Return a page of all companies that have users: from the list or, where that is too short, from a scroll."""
        if cursor is not None and cursor.startswith(_SCROLL):
            return self._scroll(cursor)
        body = {"page": int(cursor) if cursor else 1, "per_page": per_page}
        page = page_of(self._wire.post("companies/list", body, at=cursor))
        if cursor is None and per_page > 1 and page.total is not None and page.total > MOST_LISTED:
            return self._scroll(_SCROLL)
        return page

    def company(self, company: str) -> dict[str, Any] | None:
        """Return one company by Intercom's id for it, None where it is gone."""
        try:
            return self._wire.get(f"companies/{quote(company, safe='')}")
        except Gone:
            return None

    def tags(self) -> dict[str, str]:
        """Return the names of all tags by their ids."""
        return {str(tag["id"]): str(tag["name"]) for tag in items_of(self._wire.get("tags"), "data") if tag.get("name")}

    def admins(self) -> dict[str, dict[str, Any]]:
        """Return Intercom's teammates by their ids."""
        return {str(admin.get("id")): admin for admin in items_of(self._wire.get("admins"), "admins")}

    def conversations(self, cursor: str | None = None, *, per_page: int = CONVERSATIONS_PER_PAGE) -> Page:
        """Return a page of all conversations, without their parts."""
        answer = self._wire.get("conversations", _with({"per_page": per_page}, cursor), at=cursor)
        return page_of(answer, "conversations")

    def conversations_changed(self, since: datetime, cursor: str | None = None) -> Page:
        """Return a page of conversations, without their parts, that changed on a day after that of `since`."""
        return page_of(self._search("conversations", since, CONVERSATIONS_PER_PAGE, cursor), "conversations")

    def conversation(self, conversation: str) -> dict[str, Any] | None:
        """Return one conversation with its parts (Intercom gives the newest 500), None where it is gone."""
        try:
            return self._wire.get(f"conversations/{quote(conversation, safe='')}")
        except Gone:
            return None

    def _search(self, what: str, since: datetime, per_page: int, cursor: str | None) -> dict[str, Any]:
        query = {"field": "updated_at", "operator": ">", "value": str(int(since.timestamp()))}
        body = {"query": query, "pagination": _with({"per_page": per_page}, cursor)}
        return self._wire.post(f"{what}/search", body, at=cursor)

    def _scroll(self, cursor: str) -> Page:
        """Return a page of a scroll. One that breaks, or was left alone for a minute, begins anew."""
        scroll = cursor.removeprefix(_SCROLL)
        params = {"scroll_param": scroll} if scroll else {}
        try:
            page = scroll_of(self._wire.get("companies/scroll", params, at=scroll or None))
        except Later as later:
            if later.throttled or not scroll:
                raise
            raise CursorGone("scroll_broken", later.said) from later
        return Page(page.items, _SCROLL + page.cursor if page.cursor else None, page.total)


def _with(params: dict[str, Any], cursor: str | None) -> dict[str, Any]:
    return params if cursor is None else {**params, "starting_after": cursor}


__all__ = ["CursorGone", "Gone", "Intercom", "IntercomRefused", "Later"]
