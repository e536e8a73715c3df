"""The OpenAPI description of the API: how operations are described, and the public page that serves it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from inbox.api.problems import MEDIA_TYPE

View = TypeVar("View", bound=Callable[..., Any])
Shape = type[serializers.Serializer[Any]]

_ANSWERS = {200: "As it is now.", 201: "Made."}
_PROBLEMS = {
    400: "Something in the call cannot be accepted; `code` and `errors` say what.",
    401: "No token, or one that is not valid.",
    403: "The token acts as a viewer and may only read.",
    404: "Nothing is here, or it belongs to another workspace.",
    409: "The external id belongs to another.",
    413: "The body holds more than 1 MB.",
    415: "The body is not JSON.",
    429: "Too many calls; wait as long as `Retry-After` says.",
}
_READING = (401, 429)
_WRITING = (400, 401, 403, 413, 415, 429)
RETRY_AFTER = OpenApiParameter(
    "Retry-After", int, OpenApiParameter.HEADER, description="Seconds to wait.", response=[429], required=True
)


class FieldErrorSerializer(serializers.Serializer[Any]):
    """What is wrong with one field."""

    field = serializers.CharField(allow_null=True, help_text="Its dotted name; null: the body as a whole.")
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """A problem document (RFC 9457)."""

    type = serializers.CharField(help_text="Where the code is explained (a URI reference).")
    title = serializers.CharField(help_text="What the code means, always the same.")
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What is wrong this time, for people.")
    code = serializers.CharField(help_text="What is wrong, for programs. Stable.")
    errors = FieldErrorSerializer(many=True, required=False)  # type: ignore[assignment]


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`Authorization: Bearer TOKEN`."""

    target_class = "inbox.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return the scheme."""
        return {"type": "http", "scheme": "bearer", "description": "A token that `manage.py api_token SLUG` printed."}


class ChoiceComponent(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Gives each set of words its own name in the schema."""

    target_class = "inbox.api.fields.Choice"

    def get_name(self) -> str | None:
        """Return that name."""
        name: str = self.target.component
        return name

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the words."""
        return {"type": "string", "enum": list(self.target.choices)}


def describe(
    operation_id: str,
    summary: str,
    *,
    tag: str,
    answers: dict[int, Any],
    request: Shape | None = None,
    query: Shape | None = None,
    path: dict[str, str] | None = None,
    problems: tuple[int, ...] = (),
    example: dict[str, Any] | None = None,
) -> Callable[[View], View]:
    """Describe a view's method. Its docstring is the description; `problems` are those beyond what any may meet."""
    statuses = sorted({*(_WRITING if request else _READING), *((400,) if query else ()), *problems})
    responses: dict[Any, Any] = {
        status: OpenApiResponse(shape, description=_ANSWERS[status]) for status, shape in answers.items()
    }
    for status in statuses:
        responses[status, MEDIA_TYPE] = OpenApiResponse(ProblemSerializer, description=_PROBLEMS[status])
    parameters: list[Any] = [RETRY_AFTER, *([query] if query else [])]
    parameters += [_path_parameter(name, text) for name, text in (path or {}).items()]
    examples = [OpenApiExample("example", value=example, request_only=True)] if example else []
    return extend_schema(
        operation_id=operation_id,
        summary=summary,
        tags=[tag],
        request=request,
        parameters=parameters,
        responses=responses,
        examples=examples,
    )


def _path_parameter(name: str, description: str) -> OpenApiParameter:
    kind = OpenApiTypes.UUID if name == "id" else OpenApiTypes.STR
    return OpenApiParameter(name, kind, OpenApiParameter.PATH, description=description)


def page_of(shape: Shape) -> Any:
    """Return the shape of a list's answer."""
    name = shape.__name__.removesuffix("Serializer")
    fields: dict[str, Any] = {
        "next": serializers.URLField(
            allow_null=True, help_text="The address of the next page; null: this is the last."
        ),
        "results": shape(many=True),
    }
    return inline_serializer(f"{name}Page", fields)


@lru_cache(maxsize=1)
def openapi() -> dict[str, Any]:
    """Return the schema. It is the same for everybody, so each process makes it once."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return schema


class SchemaView(APIView):
    """The OpenAPI 3.1 schema: JSON, or YAML with `?format=yaml`."""

    authentication_classes = []
    permission_classes = []
    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer2, OpenApiYamlRenderer]
    schema = None

    def get(self, request: Request) -> Response:
        """Answer with the schema."""
        return Response(openapi())
