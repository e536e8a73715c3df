"""`/api/v1/routes/`."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inbox.api import examples
from inbox.api.base import ApiView
from inbox.api.fields import Choice, Instant
from inbox.api.paging import Keyset, PageQuery
from inbox.api.places import Place
from inbox.api.problems import Problem
from inbox.api.schema import describe, page_of
from inbox.people.audit import Actor
from notifications.models import Rule
from notifications.route_values import FIELDS
from notifications.routes import RouteRefused, delete_route, save_route
from notifications.words import Face, Severity

TAG = "routes"
NEWEST = Keyset("routes", "id")
BY_ID = {"id": "The route's id."}
SEVERITIES = [str(severity.label) for severity in Severity]


class QuietSerializer(serializers.Serializer[Any]):
    """The hours in which nothing is told, by the workspace's clock."""

    def get_fields(self) -> dict[str, Any]:
        """Return them: `from` is a word of Python's own, and cannot be written as an attribute."""
        help_text = "Hours and minutes: 22:00."
        return {name: serializers.CharField(max_length=5, help_text=help_text) for name in ("from", "to")}


def _list(what: str, **kwargs: Any) -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField(max_length=80), help_text=what, **kwargs)


class RouteSerializer(serializers.Serializer[Rule]):
    """Which events are told where."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    purpose = serializers.CharField()
    enabled = serializers.BooleanField()
    is_fallback = serializers.BooleanField(help_text="Takes what no other route took.")
    kinds = _list("`payment.failed`, or `payment.*` for all; none: any.")
    topics = _list("None: any.")
    min_severity = serializers.SerializerMethodField()
    takes_private = serializers.BooleanField(help_text="What happens in private teams' conversations too.")
    condition = serializers.CharField(help_text='In CEL: `data.plan == "pro"`.')
    transport = serializers.CharField()
    address = Place(help_text="Of a web address only the host, unless the token acts as an owner or admin.")
    template = serializers.CharField(help_text="In Liquid; empty: the kind's own words.")
    silent = serializers.BooleanField()
    group_seconds = serializers.IntegerField(help_text="In which equal events share one message; 0: never.")
    cap = serializers.IntegerField(help_text="At most so many messages in `cap_seconds`; 0: no cap.")
    cap_seconds = serializers.IntegerField()
    delay_seconds = serializers.IntegerField()
    quiet = serializers.SerializerMethodField(help_text="The hours in which nothing is told; null: none.")
    muted_until = Instant(allow_null=True)
    created_at = Instant()

    def get_min_severity(self, rule: Rule) -> str:
        """Return the word."""
        return str(Severity(rule.min_severity).label)

    def get_quiet(self, rule: Rule) -> dict[str, str] | None:
        """Return the hours."""
        return rule.quiet or None


class RouteInputSerializer(serializers.Serializer[Any]):
    """What may be set of a route. `name`, `transport` and `address` make one."""

    name = serializers.CharField(required=False, max_length=80)
    purpose = serializers.CharField(required=False, allow_blank=True, max_length=300)
    enabled = serializers.BooleanField(required=False)
    is_fallback = serializers.BooleanField(required=False)
    kinds = _list("`payment.failed`, or `payment.*` for all; none: any.", required=False, max_length=50)
    topics = _list("None: any.", required=False, max_length=50)
    min_severity = Choice("Severity", SEVERITIES, required=False)
    takes_private = serializers.BooleanField(required=False)
    condition = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    transport = serializers.CharField(required=False, max_length=20)
    address = serializers.CharField(required=False, allow_blank=True, max_length=320)
    template = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    silent = serializers.BooleanField(required=False)
    group_seconds = serializers.IntegerField(required=False, min_value=0, max_value=86_400)
    cap = serializers.IntegerField(required=False, min_value=0, max_value=10_000)
    cap_seconds = serializers.IntegerField(required=False, min_value=1, max_value=86_400)
    delay_seconds = serializers.IntegerField(required=False, min_value=0, max_value=7 * 86_400)
    quiet = QuietSerializer(required=False, allow_null=True)
    muted_until = Instant(required=False, allow_null=True)


def routes_of(view: ApiView) -> QuerySet[Rule]:
    """Return the routes that a call may reach."""
    return Rule.objects.filter(workspace=view.workspace, face=Face.ROUTE)


def _saved(view: ApiView, values: dict[str, Any], rule: Rule | None = None) -> Rule:
    """Make or change a route. Raises Problem with each field that is wrong."""
    try:
        return save_route(view.workspace, values, by=_actor(view), rule=rule)
    except RouteRefused as refused:
        errors = [{"field": name, "code": "refused", "detail": text} for name, text in refused.problems.items()]
        raise Problem("route_refused", str(refused), errors=errors) from refused


def _actor(view: ApiView) -> Actor:
    return Actor.of(view.request, view.teammate, via="api")


class RouteList(ApiView):
    """All routes, and new ones."""

    @describe(
        "list_routes",
        "List routes",
        tag=TAG,
        query=PageQuery,
        answers={200: page_of(RouteSerializer)},
        shows=examples.page("routes", examples.ROUTE),
    )
    def get(self, request: Request) -> Response:
        """The newest first."""
        return self.page(routes_of(self), NEWEST, self.asked(PageQuery), RouteSerializer)

    @describe(
        "create_route",
        "Create a route",
        tag=TAG,
        request=RouteInputSerializer,
        answers={201: RouteSerializer},
        example=examples.ROUTE_INPUT,
        shows=examples.ROUTE,
    )
    def post(self, request: Request) -> Response:
        """For tokens that act as an owner or admin. A condition or template that does not parse is refused with its
        place."""
        return Response(self.shown(RouteSerializer, _saved(self, self.sent(RouteInputSerializer))), 201)


class RouteDetail(ApiView):
    """One route."""

    http_method_names = [*ApiView.http_method_names, "delete"]

    @describe(
        "get_route",
        "Get a route",
        tag=TAG,
        path=BY_ID,
        answers={200: RouteSerializer},
        problems=(404,),
        shows=examples.ROUTE,
    )
    def get(self, request: Request, id: uuid.UUID) -> Response:
        """Return what it takes, and where it tells."""
        return Response(self.shown(RouteSerializer, get_object_or_404(routes_of(self), public_id=id)))

    @describe(
        "change_route",
        "Change a route",
        tag=TAG,
        path=BY_ID,
        request=RouteInputSerializer,
        answers={200: RouteSerializer},
        problems=(404,),
        example=examples.ROUTE_CHANGE,
        shows=examples.ROUTE_CHANGED,
    )
    def patch(self, request: Request, id: uuid.UUID) -> Response:
        """Change the fields that are sent, and no other."""
        rule = get_object_or_404(routes_of(self), public_id=id)
        return Response(self.shown(RouteSerializer, _saved(self, self.sent(RouteInputSerializer), rule)))

    @describe(
        "replace_route",
        "Replace a route",
        tag=TAG,
        path=BY_ID,
        request=RouteInputSerializer,
        answers={200: RouteSerializer},
        problems=(404,),
        example=examples.ROUTE_INPUT,
        shows=examples.ROUTE,
    )
    def put(self, request: Request, id: uuid.UUID) -> Response:
        """Set every field: those that are not sent as in a new route."""
        rule = get_object_or_404(routes_of(self), public_id=id)
        fresh = Rule()
        values = {name: getattr(fresh, name) for name in FIELDS} | self.sent(RouteInputSerializer)
        return Response(self.shown(RouteSerializer, _saved(self, values, rule)))

    @describe(
        "delete_route",
        "Delete a route",
        tag=TAG,
        path=BY_ID,
        answers={204: None},
        problems=(403, 404),
    )
    def delete(self, request: Request, id: uuid.UUID) -> Response:
        """What it told stays, with the reason."""
        delete_route(get_object_or_404(routes_of(self), public_id=id), by=_actor(self))
        return Response(status=204)
