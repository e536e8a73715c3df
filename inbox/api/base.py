"""What all views of the API share: who calls, what was sent, and how a list is answered."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from inbox.api.authentication import CHALLENGE, TokenUser
from inbox.api.idempotency import WRITES, answer_once, key_of
from inbox.api.paging import Keyset, page_body
from inbox.api.parsing import MAX_BODY, StrictJSONParser, measure_chunked, read_chunked, refuse_large
from inbox.api.problems import Problem
from inbox.api.throttling import Quota
from inbox.people.models import Teammate, Workspace


class MayWrite(BasePermission):
    """A token made for reading only reads, and so does one that acts as a viewer."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Say yes to reading, and to writing by whoever may write. Raises Problem."""
        if request.method in SAFE_METHODS:
            return True
        user = cast(TokenUser, request.user)
        if user.only_reads:
            raise Problem(
                "read_only_token",
                "Make a token with the scope write in the settings, under API tokens.",
                status=403,
                headers={"WWW-Authenticate": f'{CHALLENGE}, error="insufficient_scope", scope="write"'},
            )
        if not user.teammate.may_write:
            raise Problem("read_only", "This token acts as a viewer, who changes nothing.", status=403)
        return True


class ApiView(APIView):
    """A view that only a token opens, and that reaches that token's workspace alone."""

    parser_classes = [StrictJSONParser]
    permission_classes = [IsAuthenticated, MayWrite]
    http_method_names = ["get", "head", "post", "put", "patch"]
    # How many bytes a body has at most. More than the usual is for parsers that take none of it into memory.
    largest = MAX_BODY
    # What the token has left of its calls; None where nobody counts.
    quota: Quota | None = None

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Return the call, with its body even where its length was not told."""
        if self.largest > MAX_BODY:
            measure_chunked(request)
        else:
            read_chunked(request)
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Turn back who may not call, and what cannot be a call.

        Counting comes before the rest: each answer to a token says what is left, a refusal too.
        """
        self.format_kwarg = None
        self.perform_authentication(request)
        self.check_throttles(request)
        method = (request.method or "").lower()
        handler = getattr(self, method, None) if method in self.http_method_names else None
        if handler is not None:
            refuse_unknown(request, getattr(handler, "query", None))
        neg = self.perform_content_negotiation(request)
        request.accepted_renderer, request.accepted_media_type = neg  # type: ignore[attr-defined]
        self.check_permissions(request)
        refuse_large(request.META.get("CONTENT_LENGTH"), self.largest)
        if handler is not None and request.method in WRITES and (key := key_of(request)):
            # REST framework looks its handler up after this.
            setattr(self, method, partial(answer_once, self, handler, key))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Add what the token has left of its calls."""
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.quota is not None:
            for name, value in self.quota.headers().items():
                response[name] = value
        return response

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
        return Response(page_body(self.request, self.shown(shape, found, many=True), cursor))

    def shown(self, shape: type[serializers.Serializer[Any]], what: Any, *, many: bool = False) -> Any:
        """Return what is to be answered, as the teammate of this call may see it."""
        return shape(what, many=many, context={"teammate": self.teammate}).data


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


def refuse_unknown(request: Request, shape: type[serializers.Serializer[Any]] | None) -> None:
    """Raise a Problem for a parameter that this call does not have: a filter that is ignored answers too much."""
    known = list(shape().fields) if shape else []
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        takes = f"This call takes {', '.join(known)}." if known else "This call takes no parameters."
        raise Problem("unknown_parameter", takes, field=unknown)
    repeated = [name for name, values in request.query_params.lists() if len(values) > 1]
    if repeated:
        raise Problem("repeated_parameter", "Send each parameter once.", field=repeated)


def same_external_id(external_id: str, body: dict[str, Any]) -> None:
    """Raise a Problem where the body names another external id than the address does."""
    if body.get("external_id") not in (None, "", external_id):
        raise Problem(
            "external_id_mismatch", "Leave external_id out of the body, or send the address's own.", field="external_id"
        )
