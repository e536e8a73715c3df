"""Transport `bell`: an event is struck on a brass bell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import transaction
from django.utils import timezone

from bell.models import Device
from bell.patterns import DING, PatternRefused, address_of, numbers_of
from bell.rings import FOR_NOW, is_online, ring
from inbox.people.models import Workspace
from notifications.models import Delivery, Event
from notifications.transports import Message, Sent, Transport, TransportError
from notifications.words import ERASED, Cause


class BellTransport(Transport):
    """Rings bells; `address` is a pattern, and the bell's name if not all are meant ("ding-ding at Kitchen").

    A ring is for now: nobody there means nobody hears it, and after two minutes it is not rung any more.
    """

    name: ClassVar[str] = "bell"
    label: ClassVar[str] = "Bell"
    icon: ClassVar[str] = "concierge-bell"
    unique: ClassVar[bool] = True
    expires: ClassVar[float | None] = FOR_NOW.total_seconds()
    address_hint: ClassVar[str] = (
        "ding, ding-ding, roll, or milliseconds on, off, on as 80 400 80; “at” and a bell's name for one bell alone."
    )

    def clean_address(self, workspace: Workspace, address: str) -> str:
        """Return a pattern and perhaps a bell. Raises ValueError for no pattern, or a bell that is not there."""
        wanted = address_of(address)
        if wanted.bell:
            known = Device.objects.filter(workspace=workspace).named(wanted.bell).first()
            if known is None:
                raise ValueError(f"There is no bell “{wanted.bell}” here. Add it on the Bell page first.")
            wanted = type(wanted)(wanted.pattern, known.name)
        return str(wanted)

    def draw(self, message: Message) -> dict[str, Any]:
        """Return the pattern and the reason, which names the contact."""
        wording = message.wording
        said = wording.text.splitlines()[0] if wording.text.strip() else wording.title
        reason = " ".join(f"{said} {wording.counted}".split())
        try:
            pattern = numbers_of(address_of(message.address).pattern)
        except PatternRefused:
            pattern = DING
        return {"pattern": list(pattern), "reason": reason[:300]}

    def send(self, message: Message, payload: dict[str, Any]) -> Sent:
        """Ring. With no bell there, or in quiet hours, nobody hears it."""
        try:
            wanted = address_of(message.address)
        except PatternRefused as error:
            raise TransportError(f"{error} Change the route's address.", permanent=True) from None
        bells = Device.objects.filter(workspace=message.workspace)
        if wanted.bell:
            bells = bells.named(wanted.bell)
            if not bells:
                raise TransportError(f"There is no bell “{wanted.bell}” any more. Change the route.", permanent=True)
        now = timezone.now()
        for bell in bells:
            bell.workspace = message.workspace
        loud = [bell for bell in bells if not bell.muted]
        awake = [bell for bell in loud if not bell.is_quiet(now)]
        if loud and not awake:
            raise TransportError("It is within the bell's quiet hours.", cause=Cause.QUIET)
        if bells and not loud:
            raise TransportError("The bell is muted.", cause=Cause.MUTED)
        _ring_unless_erased(message, awake, payload)
        if not any(is_online(bell, now) for bell in awake):
            said = "No bell is online." if awake else "There is no bell yet. Add one on the Bell page."
            raise TransportError(said, cause=Cause.NOBODY)
        return Sent()


def _ring_unless_erased(message: Message, bells: Sequence[Device], payload: dict[str, Any]) -> None:
    """Ring, but not of somebody who was erased since this was drawn: whoever erases holds the delivery's row."""
    with transaction.atomic():
        delivery = Delivery.objects.select_for_update(no_key=True).filter(public_id=message.key).first()
        if delivery is None or ERASED not in delivery.payload:
            event = Event.objects.filter(public_id=message.event).first() if message.event else None
            ring(message.workspace, bells, payload["pattern"], payload["reason"], delivery=message.key, event=event)
