"""Transport `chat`: a message in a contact's own chat, by the team. For automations alone."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django.core.exceptions import ValidationError

from inbox.automations.posting import post
from inbox.conversations.text import MAX_LENGTH, TextRefused
from inbox.models import Contact
from inbox.people.models import Workspace
from notifications.transports import Message, Sent, Transport, TransportError
from notifications.words import Cause

# Control characters but the line end, and half characters: a message holds none (inbox/conversations/text.py).
_UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Chat(Transport):
    """Writes into the widget of a contact; `address` is "contact:" and their public id. It cannot double."""

    name: ClassVar[str] = "chat"
    label: ClassVar[str] = "Chat"
    icon: ClassVar[str] = "message-square"
    unique: ClassVar[bool] = True
    for_routes: ClassVar[bool] = False
    address_hint: ClassVar[str] = "A contact: only automations write to them."

    def clean_address(self, workspace: Workspace, address: str) -> str:
        """Return the address of a contact of this workspace. Raises ValueError for anything else."""
        given = address.strip()
        if _contact(workspace, given) is None:
            raise ValueError("There is no such contact here. Give contact: and a contact's id.")
        return given

    def draw(self, message: Message) -> dict[str, Any]:
        """Return what is written, as plain text, and under whose name."""
        wording = message.wording
        text = message.automated.text if message.automated else f"{wording.text or wording.title}\n\n{wording.body}"
        name = message.automated.sender_name if message.automated else message.workspace.name
        return {"text": _UNSEEN.sub(" ", text).strip()[:MAX_LENGTH] or "(no text)", "author": name}

    def send(self, message: Message, payload: dict[str, Any]) -> Sent:
        """Write it, once. Raises TransportError, with cause NOBODY for a contact that is not there any more."""
        sender = message.automated.sender if message.automated else None
        try:
            contact = _contact(message.workspace, message.address)
            if contact is None:
                raise Contact.DoesNotExist
            post(contact, payload["text"], team=payload["author"], sender=sender, client_id=message.key)
        except Contact.DoesNotExist:
            raise TransportError("The contact is not there any more.", cause=Cause.NOBODY) from None
        except TextRefused as refused:
            raise TransportError(refused.detail, permanent=True) from refused
        return Sent({"message": str(message.key)})


def _contact(workspace: Workspace, address: str) -> Contact | None:
    kind, _, public_id = address.partition(":")
    try:
        return Contact.objects.filter(workspace=workspace, public_id=public_id).first() if kind == "contact" else None
    except (ValueError, ValidationError):  # no id at all
        return None
