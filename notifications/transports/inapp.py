"""Transport `inapp`: a line in a teammate's own notices, on the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.db import transaction
from django.utils import timezone

from inbox.people.models import Workspace
from notifications.models import Delivery, Notice
from notifications.transports.base import Message, Sent, Transport
from notifications.transports.handles import clean_handle, receiver
from notifications.words import ERASED

# What upper floors do once a teammate (by key) has a new notice, another one, or one less: their desk shows it.
on_noticed: list[Callable[[int], None]] = []


class InApp(Transport):
    """Puts a notice on the desk of one teammate; `address` is their handle. It cannot double: the key is unique."""

    name: ClassVar[str] = "inapp"
    label: ClassVar[str] = "Desk"
    icon: ClassVar[str] = "inbox"
    can_update: ClassVar[bool] = True
    can_retract: ClassVar[bool] = True
    unique: ClassVar[bool] = True
    address_hint: ClassVar[str] = "A teammate's @handle."

    def clean_address(self, workspace: Workspace, address: str) -> str:
        """Return "@handle". Raises ValueError for somebody who does not work here."""
        return clean_handle(workspace, address)

    def draw(self, message: Message) -> dict[str, Any]:
        """Return what the notice says."""
        wording = message.wording
        title = wording.text.splitlines()[0] if wording.text else wording.title
        title = f"{title} {wording.counted}".strip()
        body = "\n".join(wording.text.splitlines()[1:]) if wording.text else wording.body
        if message.personal is not None and message.personal.more.title:
            title = message.personal.more.title  # which says how many there are, in words
        return {
            "title": title[:300],
            "body": body[:2000],
            "url": wording.link,
            "icon": wording.icon,
        }

    def send(self, message: Message, payload: dict[str, Any]) -> Sent:
        """Make the notice, unless it is there. What was read meanwhile is a notice that was read."""
        mate = receiver(message)
        fields = {"workspace": message.workspace, "teammate": mate, "kind": message.kind, **payload}
        if message.personal is not None:
            fields["conversation"] = message.personal.conversation
        with transaction.atomic():
            notice, _ = Notice.objects.get_or_create(delivery=message.key, defaults=fields)
            # Who reads the place just now has this row, or waits for it and then finds the notice.
            delivery = Delivery.objects.select_for_update(no_key=True).filter(public_id=message.key).first()
            if delivery is not None and ERASED in delivery.payload:
                notice.delete()
            elif delivery is not None and delivery.read_at is not None and notice.read_at is None:
                Notice.objects.filter(pk=notice.pk).update(read_at=timezone.now())
        _say(mate.pk)
        return Sent({"notice": str(message.key)})

    def update(self, message: Message, payload: dict[str, Any]) -> Sent:
        """Say it anew."""
        Notice.objects.filter(delivery=message.key).update(**payload)
        _say_of(message)
        return Sent(message.external)

    def retract(self, message: Message) -> None:
        """Delete the notice."""
        Notice.objects.filter(delivery=message.key).delete()
        _say_of(message)


def _say_of(message: Message) -> None:
    known = message.personal or message.automated
    if known is not None and known.teammate is not None:
        _say(known.teammate.pk)


def _say(teammate: int) -> None:
    for listener in on_noticed:
        listener(teammate)
