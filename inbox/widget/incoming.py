"""Making sense of a frame, or saying exactly what is wrong with it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from inbox.widget.forms import INCOMING, Incoming

MAX_FRAME = 256 * 1024


@dataclass(slots=True)
class FrameError(Exception):
    """A frame that cannot be worked; goes back to the client as an `error` frame (docs/protocol.md)."""

    code: str
    detail: str
    client_id: str | None = None
    retry_after: float | None = None

    def payload(self) -> dict[str, Any]:
        """Return the `error` frame."""
        frame: dict[str, Any] = {"type": "error", "code": self.code, "detail": self.detail}
        if self.client_id is not None:
            frame["client_id"] = self.client_id
        if self.retry_after is not None:
            frame["retry_after"] = self.retry_after
        return frame


def parse(text: str) -> Incoming:
    """Return the frame in `text`. Raises FrameError: too_large, bad_json, unknown_type, bad_frame."""
    if len(text) > MAX_FRAME:
        raise FrameError("too_large", f"A frame holds {MAX_FRAME // 1024} KiB at most.", client_id_in(text[:400]))
    try:
        return INCOMING.validate_json(text)
    except ValidationError as error:
        raise _explained(error, text) from None


def client_id_in(text: str) -> str | None:
    """Return the client_id that a frame carries, so that its sender knows which send was refused; None if unclear."""
    try:
        client_id = json.loads(text)["client_id"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return client_id if isinstance(client_id, str) and len(client_id) <= 64 else None


def _explained(error: ValidationError, text: str) -> FrameError:
    first = error.errors(include_url=False, include_input=False)[0]
    client_id = client_id_in(text)
    match first["type"]:
        case "json_invalid":
            if client_id is not None:  # well-formed JSON whose text is no valid Unicode: half a surrogate pair
                return FrameError("control_characters", "The text holds characters that cannot be stored.", client_id)
            return FrameError("bad_json", "A frame is one JSON object as text.")
        case "union_tag_invalid":
            return FrameError("unknown_type", "This type of frame is not known here.", client_id)
        case "union_tag_not_found" | "model_attributes_type" | "model_type":
            return FrameError("bad_frame", 'A frame is a JSON object with a "type".', client_id)
    where = ".".join(str(part) for part in first["loc"][1:])
    return FrameError("bad_frame", f"{where}: {first['msg']}.", client_id)
