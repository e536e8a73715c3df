"""`/api/v1/events/`."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from pydantic import ValidationError as DataInvalid
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from inbox.api import examples
from inbox.api.base import ApiView
from inbox.api.fields import Choice, EmailText, Instant, PlainText, optional_text
from inbox.api.paging import Keyset, PageQuery
from inbox.api.problems import Problem
from inbox.api.schema import describe, page_of
from inbox.contacts import persons
from inbox.desk.activity.sight import visible_events
from inbox.incoming import AHEAD, event_named, take_in
from inbox.models import Contact
from notifications.events import DataTooLarge
from notifications.kind import Kind
from notifications.models import Event
from notifications.registry import UnknownKind
from notifications.words import Severity, Topic

TAG = "events"
NEWEST = Keyset("events", "id")
BY_ID = {"id": "The event's id."}
SEVERITIES = [str(severity.label) for severity in Severity]
EARLIEST = datetime.fromisoformat("2000-01-01T00:00:00Z")
# What is wrong with these has a code of its own.
_CODES = {"severity": "severity_unknown", "occurred_at": "occurred_at_invalid"}


class EventSerializer(serializers.Serializer[Event]):
    """A fact that was tracked."""

    id = serializers.UUIDField(source="public_id")
    kind = serializers.CharField()
    topic = Choice("Topic", Topic.values)
    severity = Choice("Severity", SEVERITIES, source="severity_word")
    title = serializers.CharField(help_text="One line, as it is told.")
    data = serializers.DictField(child=serializers.JSONField(), help_text="What the kind of event has to say.")  # type: ignore[assignment]
    contact = serializers.UUIDField(allow_null=True, help_text="The contact's id.")
    account = PlainText(255, allow_null=True, help_text="The account's external id.")
    occurred_at = Instant()


class EventContactSerializer(serializers.Serializer[Any]):
    """Who it is about. Whom we do not know yet is made, unless the kind makes no contact."""

    external_id = optional_text(255, "Your own id of this customer.")
    email = optional_text(254, "Proved, as all that a server says.", field=EmailText)
    name = optional_text(255)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a contact that nothing identifies."""
        if not attrs.get("external_id") and not attrs.get("email"):
            raise ValidationError("Give the contact's external_id or email.", "contact_unnamed")
        return attrs


class EventAccountSerializer(serializers.Serializer[Any]):
    """Which company it is about. One that we do not know yet is made."""

    external_id = PlainText(255, help_text="Your own id of this company.")
    name = optional_text(255)


class EventInputSerializer(serializers.Serializer[Any]):
    """What happened."""

    kind = PlainText(80, help_text="One of docs/events.md, or one of your own: `user.report_exported`.")
    severity = Choice("Severity", SEVERITIES, required=False, allow_null=True, help_text="If not the kind's own.")
    contact = EventContactSerializer(required=False, allow_null=True)
    account = EventAccountSerializer(required=False, allow_null=True)
    data = serializers.DictField(  # type: ignore[assignment]
        child=serializers.JSONField(allow_null=True),
        required=False,
        help_text="The fields of the kind; any, for a kind of your own. 64 KB in all.",
    )
    occurred_at = Instant(required=False, allow_null=True, help_text="Now, if it is left out.")
    idempotency_key = optional_text(255, "Made by you: sent again within a day, it answers the event that is there.")

    def validate_occurred_at(self, value: datetime | None) -> datetime | None:
        """Refuse what cannot have happened."""
        if value is not None and not EARLIEST <= value <= timezone.now() + AHEAD:
            hours = AHEAD // timedelta(hours=1)
            raise ValidationError(f"This is before the year 2000, or more than {hours} hours ahead. Set the clock.")
        return value


class TrackedSerializer(serializers.Serializer[Any]):
    """That it was tracked."""

    id = serializers.UUIDField(help_text="The event's id; with a key that was used before, the first one's.")


class EventQuery(PageQuery):
    """What the list of events may be asked."""

    kind = PlainText(80, required=False, help_text="Those of this kind; `payment.*` for all that begin so.")
    topic = Choice("Topic", Topic.values, required=False)
    contact = serializers.UUIDField(required=False, help_text="Those of the contact with this id.")
    account = PlainText(255, required=False, help_text="Those of the account with this external id.")


def events_of(view: ApiView) -> QuerySet[Event]:
    """Return the events that a call may see: those that its teammate may."""
    return visible_events(view.teammate)


class EventList(ApiView):
    """All events, and new ones."""

    @describe(
        "list_events",
        "List events",
        tag=TAG,
        query=EventQuery,
        answers={200: page_of(EventSerializer)},
        shows=examples.page("events", examples.EVENT, more=True),
    )
    def get(self, request: Request) -> Response:
        """Those that were tracked last come first."""
        query = self.asked(EventQuery)
        events = events_of(self)
        kind = query.get("kind", "")
        if kind.endswith(".*") and len(kind) > 2:
            events = events.filter(kind__startswith=kind.removesuffix("*"))
        elif kind:
            events = events.filter(kind=kind)
        same: dict[str, Any] = {name: query[name] for name in ("topic", "account") if name in query}
        if "contact" in query:
            known = Contact.objects.filter(workspace=self.workspace, public_id=query["contact"]).first()
            same["contact__in"] = persons.public_ids(known) if known else [query["contact"]]
        return self.page(events.filter(**same), NEWEST, query, EventSerializer)

    @describe(
        "track_event",
        "Track an event",
        tag=TAG,
        request=EventInputSerializer,
        answers={202: TrackedSerializer},
        example=examples.EVENT_INPUT,
        shows=examples.TRACKED,
    )
    def post(self, request: Request) -> Response:
        """It is stored before the answer comes, and told within moments. The contact and the account are found or
        made; `contact.signed_up` and `contact.onboarded` note when that was. The same idempotency_key again within a
        day answers the same id, and nothing is done twice."""
        body = _sent(self)
        event = _event(body["kind"], body.get("data") or {})
        severity, who, company = body.get("severity"), body.get("contact"), body.get("account")
        try:
            found = take_in(
                self.workspace,
                event,
                contact=dict(who) if who else None,
                account=dict(company) if company else None,
                severity=Severity.of(severity) if severity else None,
                occurred_at=body.get("occurred_at"),
                idempotency_key=body.get("idempotency_key") or None,
            )
        except DataTooLarge as error:
            raise Problem("data_too_large", str(error), field="data") from error
        return Response({"id": str(found)}, 202)


class EventDetail(ApiView):
    """One event."""

    @describe(
        "get_event",
        "Get an event",
        tag=TAG,
        path=BY_ID,
        answers={200: EventSerializer},
        problems=(404,),
        shows=examples.EVENT,
    )
    def get(self, request: Request, id: uuid.UUID) -> Response:
        """Return what happened."""
        return Response(EventSerializer(get_object_or_404(events_of(self), public_id=id)).data)


def _sent(view: ApiView) -> dict[str, Any]:
    """Return the body. Raises Problem where a field with a code of its own is wrong, else ValidationError."""
    try:
        return view.sent(EventInputSerializer)
    except ValidationError as error:
        wrong = error.detail if isinstance(error.detail, dict) else {}
        for field, code in _CODES.items():
            if field in wrong:
                raise Problem(code, str(cast(list[Any], wrong[field])[0]), field=field) from error
        raise


def _event(name: str, data: dict[str, Any]) -> Kind:
    """Return the event. Raises Problem: unknown_kind, or data_invalid with each field of the data that is wrong."""
    try:
        return event_named(name, data)
    except UnknownKind as error:
        raise Problem(
            "unknown_kind", f"“{name}” is no kind that a server may track. Your own begin with “user.”.", field="kind"
        ) from error
    except DataInvalid as error:
        raise data_invalid(error) from error


def data_invalid(error: DataInvalid) -> Problem:
    """Return the refusal of data that are not the kind's, each of the errors with its place."""
    errors = [
        {
            "field": ".".join(["data", *(str(part) for part in one["loc"])]),
            "code": "unknown_field" if one["type"] == "extra_forbidden" else one["type"],
            "detail": ErrorDetail(one["msg"]),
        }
        for one in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    first = errors[0]
    return Problem("data_invalid", f"{first['field']}: {first['detail']}", errors=errors)
