"""A transport that keeps what it was told, and does as a test says: a stand-in for a medium."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, ClassVar

from notifications.transports import Message, Sent, Transport, TransportError


class Recorder(Transport):
    """Keeps calls as ("send" | "update" | "retract", address, payload). `fail(message)` may raise."""

    name: ClassVar[str] = "recorder"
    label: ClassVar[str] = "Recorder"
    can_update: ClassVar[bool] = True
    can_retract: ClassVar[bool] = True

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, dict[str, Any]]] = []
        self.fail: Callable[[Message], None] = lambda message: None
        self._lock = threading.Lock()

    def draw(self, message: Message) -> dict[str, Any]:
        wording = message.wording
        return {"text": f"{wording.text or wording.title} {wording.counted}".strip()}

    def send(self, message: Message, payload: dict[str, Any]) -> Sent:
        self.fail(message)
        return self._keep("send", message, payload)

    def update(self, message: Message, payload: dict[str, Any]) -> Sent:
        return self._keep("update", message, payload)

    def retract(self, message: Message) -> None:
        self._keep("retract", message, message.external)

    def _keep(self, verb: str, message: Message, payload: dict[str, Any]) -> Sent:
        with self._lock:
            self.calls.append((verb, message.address, payload))
            return Sent({"id": str(message.key)})

    def said(self, verb: str = "send") -> list[str]:
        """What was said, in order."""
        return [payload.get("text", "") for kind, _, payload in self.calls if kind == verb]


__all__ = ["Recorder", "TransportError"]
