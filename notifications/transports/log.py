"""Transport `log`: a line in the structured log."""

from __future__ import annotations

import logging
from typing import Any, ClassVar

from notifications.transports.base import Message, Sent, Transport

log = logging.getLogger("frontdesk.events")


class Log(Transport):
    """Writes a line for each message; `address` is a word of your own that it carries, to filter by."""

    name: ClassVar[str] = "log"
    label: ClassVar[str] = "Log"
    icon: ClassVar[str] = "file-text"
    address_hint: ClassVar[str] = "A word that each line carries, as “sales”."

    def draw(self, message: Message) -> dict[str, Any]:
        """Return the line's fields."""
        wording = message.wording
        return {
            "event": str(message.event or ""),
            "kind": message.kind,
            "severity": wording.severity,
            "channel": message.address,
            "message": wording.text or wording.title,
            "link": wording.link,
        }

    def send(self, message: Message, payload: dict[str, Any]) -> Sent:
        """Write the line."""
        fields = {**payload, "workspace": message.workspace.slug}
        log.info("%s", fields.pop("message"), extra=fields)
        return Sent()
