"""`/api/v1/deliveries/`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inbox.api import examples
from inbox.api.base import ApiView
from inbox.api.fields import Choice, Instant
from inbox.api.paging import Keyset, PageQuery
from inbox.api.places import Place
from inbox.api.schema import describe, page_of
from inbox.desk.activity.sight import visible_deliveries
from notifications.models import Delivery
from notifications.words import Cause, Status

TAG = "deliveries"
NEWEST = Keyset("deliveries", "id")


class DeliverySerializer(serializers.Serializer[Delivery]):
    """That one event is, or was, to be told to one address."""

    id = serializers.UUIDField(source="public_id")
    event = serializers.UUIDField(source="event.public_id", help_text="The event's id.")
    transport = serializers.CharField()
    address = Place(help_text="Of a web address only the host, unless the token acts as an owner or admin.")
    status = Choice("DeliveryStatus", Status.values)
    attempts = serializers.IntegerField()
    payload = serializers.DictField(  # type: ignore[assignment]
        child=serializers.JSONField(allow_null=True), help_text="What is, or would be, sent."
    )
    reason = serializers.CharField(help_text="Why this address is told.")
    error = serializers.SerializerMethodField(help_text="What went wrong last, or why it is not sent at all.")
    created_at = Instant()
    sent_at = Instant(allow_null=True)

    def get_error(self, delivery: Delivery) -> str | None:
        """Return the error, or the cause of a suppressed one in words."""
        return delivery.error or (str(Cause(delivery.cause).label) if delivery.cause else None)


class DeliveryQuery(PageQuery):
    """What the list of deliveries may be asked."""

    event = serializers.UUIDField(required=False, help_text="Those of the event with this id.")
    status = Choice("DeliveryStatus", Status.values, required=False)


class DeliveryList(ApiView):
    """What was told to whom, and what became of it."""

    @describe(
        "list_deliveries",
        "List deliveries",
        tag=TAG,
        query=DeliveryQuery,
        answers={200: page_of(DeliverySerializer)},
        shows=examples.page("deliveries", examples.DELIVERY),
    )
    def get(self, request: Request) -> Response:
        """The newest first. One that is `suppressed` was not to be sent by itself; `error` says why, and `payload` what
        it would have been."""
        query: dict[str, Any] = self.asked(DeliveryQuery)
        deliveries = visible_deliveries(self.teammate).select_related("event")
        if "event" in query:
            deliveries = deliveries.filter(event__public_id=query["event"])
        if "status" in query:
            deliveries = deliveries.filter(status=query["status"])
        return self.page(deliveries, NEWEST, query, DeliverySerializer)
