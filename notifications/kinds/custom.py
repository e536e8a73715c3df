"""A workspace's own kinds of event, which come over the API: `user.*`."""

from __future__ import annotations

import re
from typing import Any

from pydantic import Field, field_validator

from notifications.kind import Kind
from notifications.words import Topic

PREFIX = "user."
NAME = re.compile(r"user(\.[a-z0-9][a-z0-9_-]{0,39}){1,3}")


class Custom(Kind):
    """An event under a name of the workspace's own. Any data; `title`, `body`, `url` in it are its wording."""

    kind = "user.*"
    topic = Topic.USER_BEHAVIOR
    icon = "sparkles"
    by_api = True
    by_page = True

    own_name: str = Field(exclude=True)
    data: dict[str, Any] = Field(default_factory=dict)

    @field_validator("own_name")
    @classmethod
    def _is_ours(cls, value: str) -> str:
        if not NAME.fullmatch(value):
            raise ValueError("Use small letters, digits, dashes and dots: user.report_exported")
        return value

    def name(self) -> str:
        """Return the name that the workspace gave it."""
        return self.own_name

    def values(self) -> dict[str, Any]:
        """Return the data as they were sent."""
        return self.data

    def title(self, who: str) -> str:
        """Return the title that was sent, else the name in words."""
        words = self.own_name.removeprefix(PREFIX).replace(".", " ").replace("_", " ").replace("-", " ")
        return self._said("title") or (f"{who}: {words}" if who else words.capitalize())

    def body(self) -> str:
        """Return the text that was sent."""
        return self._said("body")

    def url(self) -> str:
        """Return the link that was sent, if it is one to the web."""
        link = self._said("url")
        return link if link.startswith("https://") else ""

    def subject(self) -> str:
        """Return the subject that was sent."""
        return self._said("subject")

    def fingerprint(self) -> str:
        """Return the fingerprint that was sent."""
        return self._said("fingerprint")

    def _said(self, key: str) -> str:
        value = self.data.get(key)
        return value if isinstance(value, str) else ""
