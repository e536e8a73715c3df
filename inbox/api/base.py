"""What all views of the API share: who calls, what was sent, and how a list is answered."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from inbox.api.authentication import TokenUser
from inbox.api.paging import Keyset, page_body
from inbox.api.parsing import StrictJSONParser, read_chunked, refuse_large
from inbox.api.problems import Problem
from inbox.people.models import Teammate, Workspace


class MayWrite(BasePermission):
    """Those who may only look at conversations only look at the API too."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Say yes to reading, and to writing by whoever may write."""
        if request.method in SAFE_METHODS or cast(TokenUser, request.user).teammate.may_write:
            return True
        raise Problem("read_only", "This token acts as a viewer, who changes nothing.", status=403)


class ApiView(APIView):
    """A view that only a token opens, and that reaches that token's workspace alone."""

    parser_classes = [StrictJSONParser]
    permission_classes = [IsAuthenticated, MayWrite]
    http_method_names = ["get", "head", "post", "put", "patch"]

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Return the call, with its body even where its length was not told."""
        read_chunked(request)
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Turn back who may not call, and bodies that are too large."""
        super().initial(request, *args, **kwargs)
        refuse_large(request.META.get("CONTENT_LENGTH"))

    @property
    def teammate(self) -> Teammate:
        """In whose name the call acts."""
        return cast(TokenUser, self.request.user).teammate

    @property
    def workspace(self) -> Workspace:
        """The only workspace that the call may reach."""
        return cast(TokenUser, self.request.user).workspace

    def sent(self, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """Return the body as `shape` takes it. Raises ValidationError."""
        return _valid(shape(data=self.request.data))

    def asked(self, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """Return the query as `shape` takes it. Raises ValidationError."""
        return _valid(shape(data=self.request.query_params.dict()))

    def page(
        self, rows: QuerySet[Any], keyset: Keyset, query: dict[str, Any], shape: type[serializers.Serializer[Any]]
    ) -> Response:
        """Answer with one page of `rows`."""
        found, cursor = keyset.page(rows, query["limit"], query.get("cursor"))
        return Response(page_body(self.request, shape(found, many=True).data, cursor))


class Nowhere(ApiView):
    """Every address under /api/v1/ that is none of ours."""

    authentication_classes = []
    permission_classes = []
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Say so, whatever the method."""
        raise Http404

    def get(self, request: Request) -> Response:
        """Never reached."""
        raise Http404


def _valid(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def same_external_id(external_id: str, body: dict[str, Any]) -> None:
    """Raise a Problem where the body names another external id than the address does."""
    if body.get("external_id") not in (None, "", external_id):
        raise Problem(
            "external_id_mismatch", "Leave external_id out of the body, or send the address's own.", field="external_id"
        )
