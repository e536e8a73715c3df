"""`/api/v1/rings/`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bell import rings
from bell.models import Device, Ring, State
from bell.patterns import PatternRefused, numbers_of
from inbox.api import examples
from inbox.api.base import ApiView
from inbox.api.fields import Choice, Instant, PlainText
from inbox.api.paging import Keyset, PageQuery
from inbox.api.problems import Problem
from inbox.api.schema import describe, page_of

TAG = "rings"
NEWEST = Keyset("rings", "id")
RING: dict[str, Any] = {
    "id": "019a0f70-5a11-7c3e-8d02-7be94f10c6a8",
    "bell": "Reception",
    "event": examples.EVENT_ID,
    "pattern": [80],
    "reason": "Nadia Okafor signed up",
    "status": "struck",
    "created_at": "2026-06-18T08:12:40.201733Z",
    "sent_at": "2026-06-18T08:12:40.209916Z",
    "acknowledged_at": "2026-06-18T08:12:40.391042Z",
}


class RingSerializer(serializers.Serializer[Ring]):
    """One strike of a bell."""

    id = serializers.UUIDField(source="public_id")
    bell = serializers.CharField(source="device.name", default=None, allow_null=True, help_text="null: there was none.")
    event = serializers.UUIDField(
        source="event.public_id", default=None, allow_null=True, help_text="null: rung by hand, or for what was missed."
    )
    pattern = serializers.ListField(child=serializers.IntegerField(), help_text="Milliseconds on, off, on …")
    reason = serializers.CharField()
    status = Choice("RingStatus", State.values, source="state")
    created_at = Instant()
    sent_at = Instant(allow_null=True)
    acknowledged_at = Instant(allow_null=True, help_text="When the bell said that it struck.")


class RingInputSerializer(serializers.Serializer[Any]):
    """How to ring by hand."""

    pattern = serializers.CharField(
        required=False, max_length=300, default="ding", help_text="ding, ding-ding, roll, or milliseconds on, off, on."
    )
    bell = PlainText(60, required=False, help_text="Its name; left out: all of them.")
    reason = PlainText(300, required=False, help_text="What the bell's page says of it.")


class RingList(ApiView):
    """What the bells were struck for."""

    @describe(
        "list_rings", "List rings", tag=TAG, query=PageQuery, answers={200: page_of(RingSerializer)},
        shows=examples.page("rings", RING),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """The newest first. `struck`: the bell said so; `missed`: nobody was there, or it took longer than two minutes;
        `folded`: one of many at once, which were one roll."""
        rows = rings.visible_to(self.teammate).select_related("device", "event")
        return self.page(rows, NEWEST, self.asked(PageQuery), RingSerializer)

    @describe(
        "ring", "Ring", tag=TAG, request=RingInputSerializer, answers={201: RingSerializer},
        example={"pattern": "ding-ding", "bell": "Reception", "reason": "Lunch"},
        shows={**RING, "event": None, "pattern": [80, 620, 80], "reason": "Lunch", "status": "waiting",
               "sent_at": None, "acknowledged_at": None},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Strike a bell now, or all that are not muted; the answer is the first ring."""
        asked = self.sent(RingInputSerializer)
        try:
            pattern = numbers_of(asked["pattern"])
        except PatternRefused as refused:
            raise Problem("invalid", str(refused), field="pattern") from None
        bells = Device.objects.filter(workspace=self.workspace, muted=False).order_by("id")
        if asked.get("bell"):
            bells = bells.named(asked["bell"])
            if not bells:
                raise Problem("invalid", "There is no bell of that name that is not muted.", field="bell")
        reason = asked.get("reason") or f"{self.teammate.name} rang"
        made = rings.ring(self.workspace, bells, pattern, reason, by=self.teammate)
        return Response(RingSerializer(made[0]).data, 201)
