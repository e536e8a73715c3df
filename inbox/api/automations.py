"""`/api/v1/automations/`: messages that are sent by themselves."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inbox.api import examples
from inbox.api import examples_of_automations as shown
from inbox.api.base import ApiView
from inbox.api.fields import Choice, Instant
from inbox.api.paging import Keyset, PageQuery, page_body
from inbox.api.problems import Problem
from inbox.api.routes import QuietSerializer
from inbox.api.schema import describe, page_of
from inbox.people.audit import Actor
from notifications.automations import saving
from notifications.automations.figures import Figures, figures_of
from notifications.automations.saving import automations_of, delete_automation, save_automation, version_values
from notifications.automations.values import AutomationRefused
from notifications.models import Audience, Automation, AutomationVersion, QuietZone

TAG = "automations"
NEWEST = Keyset("automations", "id")
VERSIONS = Keyset("automation-versions", "id")
BY_ID = {"id": "The automation's id."}
CHANNELS = ["email", "chat", "inapp"]


def _list(what: str, **kwargs: Any) -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField(max_length=80), help_text=what, **kwargs)


class FiguresSerializer(serializers.Serializer[Figures]):
    """How it is doing."""

    sent = serializers.IntegerField()
    opened = serializers.IntegerField(help_text="Counted only where the workspace has asked for it.")
    clicked = serializers.IntegerField(help_text="Counted only where the workspace has asked for it.")
    failed = serializers.IntegerField()
    waiting = serializers.IntegerField()
    suppressed = serializers.DictField(
        child=serializers.IntegerField(), source="held_back", help_text="How many were held back, by cause."
    )


class AutomationSerializer(serializers.Serializer[Automation]):
    """A message that is sent by itself."""

    id = serializers.UUIDField(source="rule.public_id")
    name = serializers.CharField(source="rule.name")
    enabled = serializers.BooleanField(source="rule.enabled")
    version = serializers.IntegerField(help_text="Goes up with each change but that of `enabled`.")
    kinds = _list("On which kinds of event: `contact.signed_up`, `payment.*`.", source="rule.kinds")
    condition = serializers.CharField(source="rule.condition", help_text='In CEL: `data.plan == "pro"`.')
    audience = Choice("Audience", Audience.values)
    roles = _list("Of teammates: who has one of these roles,")
    skills = _list("or one of these skills,")
    teams = _list("or is in one of these teams (handles),")
    permissions = _list("or has one of these permissions (`import`).")
    channel = Choice("Channel", CHANNELS, source="rule.transport")
    sender = serializers.SerializerMethodField(help_text="A teammate's @handle; null: the team writes.")
    subject = serializers.CharField(help_text="In Liquid, plain text.")
    body = serializers.CharField(help_text="In Liquid, Markdown.")
    is_transactional = serializers.BooleanField(help_text="Goes to who has unsubscribed, too.")
    delay_seconds = serializers.IntegerField(source="rule.delay_seconds")
    most = serializers.IntegerField(help_text="So many for each recipient in `most_seconds`; 0: any number.")
    most_seconds = serializers.IntegerField(help_text="0: ever.")
    quiet = serializers.SerializerMethodField(help_text="The hours in which it waits; null: none.")
    quiet_zone = Choice("QuietZone", QuietZone.values)
    figures = FiguresSerializer()
    created_at = Instant(source="rule.created_at")

    def get_sender(self, automation: Automation) -> str | None:
        """Return the handle."""
        return f"@{automation.sender.handle}" if automation.sender is not None else None

    def get_quiet(self, automation: Automation) -> dict[str, str] | None:
        """Return the hours."""
        return automation.quiet or None


class AutomationInputSerializer(serializers.Serializer[Any]):
    """What may be set of an automation. `name`, `kinds`, `subject` and `body` make one, which is off until
    `enabled`."""

    name = serializers.CharField(required=False, max_length=80)
    enabled = serializers.BooleanField(required=False)
    kinds = _list("`contact.signed_up`, or `payment.*` for all.", required=False, max_length=50)
    condition = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    audience = Choice("Audience", Audience.values, required=False)
    roles = _list("Of teammates: who has one of these roles,", required=False, max_length=50)
    skills = _list("or one of these skills,", required=False, max_length=50)
    teams = _list("or is in one of these teams (handles),", required=False, max_length=50)
    permissions = _list("or has one of these permissions (`import`).", required=False, max_length=50)
    channel = Choice("Channel", CHANNELS, required=False)
    sender = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=40)
    subject = serializers.CharField(required=False, max_length=300)
    body = serializers.CharField(required=False, max_length=10_000)
    is_transactional = serializers.BooleanField(required=False)
    delay_seconds = serializers.IntegerField(required=False, min_value=0, max_value=90 * 86_400)
    most = serializers.IntegerField(required=False, min_value=0, max_value=1000)
    most_seconds = serializers.IntegerField(required=False, min_value=0, max_value=366 * 86_400)
    quiet = QuietSerializer(required=False, allow_null=True)
    quiet_zone = Choice("QuietZone", QuietZone.values, required=False)


class RestoreSerializer(serializers.Serializer[Any]):
    """Which version to go back to."""

    version = serializers.IntegerField(min_value=1, max_value=2_147_483_647)


class VersionSerializer(serializers.Serializer[AutomationVersion]):
    """What an automation was saved as."""

    number = serializers.IntegerField()
    by = serializers.CharField(source="by_name")
    restores = serializers.IntegerField(allow_null=True, help_text="The version that was gone back to.")
    created_at = Instant()
    values = serializers.SerializerMethodField(help_text="All that may be set but `enabled`, as it was.")

    def get_values(self, version: AutomationVersion) -> dict[str, Any]:
        """Return the fields by name."""
        return version_values(version)


def _actor(view: ApiView) -> Actor:
    return Actor.of(view.request, view.teammate, via="api")


def _rows(view: ApiView) -> QuerySet[Automation]:
    return automations_of(view.workspace)


def _one(view: ApiView, id: uuid.UUID) -> Automation:
    return get_object_or_404(_rows(view), rule__public_id=id)


def _saved(view: ApiView, values: dict[str, Any], automation: Automation | None = None) -> Automation:
    """Make or change an automation. Raises Problem with each field that is wrong."""
    given = {name: ("" if name == "sender" and value is None else value) for name, value in values.items()}
    try:
        return save_automation(view.workspace, given, by=_actor(view), automation=automation)
    except AutomationRefused as refused:
        raise _problem(refused) from refused


def _problem(refused: AutomationRefused) -> Problem:
    errors = [{"field": name, "code": "refused", "detail": text} for name, text in refused.problems.items()]
    return Problem("automation_refused", str(refused), errors=errors)


def _answer(view: ApiView, automation: Automation, status: int = 200) -> Response:
    return Response(view.shown(AutomationSerializer, _with_figures([automation])[0]), status)


def _with_figures(rows: list[Automation]) -> list[Automation]:
    figures = figures_of(rows)
    for row in rows:
        row.figures = figures[row.pk]  # type: ignore[attr-defined]
    return rows


class AutomationList(ApiView):
    """All automations, and new ones."""

    @describe(
        "list_automations",
        "List automations",
        tag=TAG,
        query=PageQuery,
        answers={200: page_of(AutomationSerializer)},
        shows=examples.page("automations", shown.AUTOMATION),
    )
    def get(self, request: Request) -> Response:
        """The newest first, each with its figures."""
        query = self.asked(PageQuery)
        found, cursor = NEWEST.page(_rows(self), query["limit"], query.get("cursor"))
        return Response(page_body(request, self.shown(AutomationSerializer, _with_figures(found), many=True), cursor))

    @describe(
        "create_automation",
        "Create an automation",
        tag=TAG,
        request=AutomationInputSerializer,
        answers={201: AutomationSerializer},
        example=shown.AUTOMATION_INPUT,
        shows=shown.AUTOMATION,
    )
    def post(self, request: Request) -> Response:
        """It is off until `enabled`. A condition or template that does not parse is refused with its place."""
        return _answer(self, _saved(self, self.sent(AutomationInputSerializer)), 201)


class AutomationDetail(ApiView):
    """One automation."""

    http_method_names = [*ApiView.http_method_names, "delete"]

    @describe(
        "get_automation",
        "Get an automation",
        tag=TAG,
        path=BY_ID,
        answers={200: AutomationSerializer},
        problems=(404,),
        shows=shown.AUTOMATION,
    )
    def get(self, request: Request, id: uuid.UUID) -> Response:
        """Return what it says, to whom and when, and how it is doing."""
        return _answer(self, _one(self, id))

    @describe(
        "change_automation",
        "Change an automation",
        tag=TAG,
        path=BY_ID,
        request=AutomationInputSerializer,
        answers={200: AutomationSerializer},
        problems=(404,),
        example=shown.AUTOMATION_CHANGE,
        shows=shown.AUTOMATION_CHANGED,
    )
    def patch(self, request: Request, id: uuid.UUID) -> Response:
        """Change the fields that are sent, and no other: a version of its own, unless only `enabled` changes."""
        return _answer(self, _saved(self, self.sent(AutomationInputSerializer), _one(self, id)))

    @describe(
        "delete_automation",
        "Delete an automation",
        tag=TAG,
        path=BY_ID,
        answers={204: None},
        problems=(403, 404),
    )
    def delete(self, request: Request, id: uuid.UUID) -> Response:
        """What it sent stays among the deliveries; what waits is not sent."""
        delete_automation(_one(self, id), by=_actor(self))
        return Response(status=204)


class AutomationVersions(ApiView):
    """What an automation was, save by save."""

    @describe(
        "list_automation_versions",
        "List an automation's versions",
        tag=TAG,
        path=BY_ID,
        query=PageQuery,
        answers={200: page_of(VersionSerializer)},
        problems=(404,),
        shows=examples.page("automations/versions", shown.VERSION),
    )
    def get(self, request: Request, id: uuid.UUID) -> Response:
        """The newest first."""
        rows = AutomationVersion.objects.filter(automation=_one(self, id))
        return self.page(rows, VERSIONS, self.asked(PageQuery), VersionSerializer)


class AutomationRestore(ApiView):
    """A former version that is gone back to."""

    @describe(
        "restore_automation",
        "Go back to a version",
        tag=TAG,
        path=BY_ID,
        request=RestoreSerializer,
        answers={200: AutomationSerializer},
        problems=(404,),
        example=shown.RESTORE,
        shows=shown.AUTOMATION_RESTORED,
    )
    def post(self, request: Request, id: uuid.UUID) -> Response:
        """The automation says again what it said then. That is a version of its own; `enabled` stays."""
        try:
            made = saving.restore(_one(self, id), self.sent(RestoreSerializer)["version"], by=_actor(self))
        except AutomationVersion.DoesNotExist:
            raise Http404 from None
        except AutomationRefused as refused:
            raise _problem(refused) from refused
        return _answer(self, made)
