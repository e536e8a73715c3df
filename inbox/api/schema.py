"""The OpenAPI description of the API: how operations are described, and the public page that serves it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any, TypeVar, cast

from django.http import HttpResponse
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
from rest_framework.views import APIView

from inbox.api import examples
from inbox.api.idempotency import HEADER
from inbox.api.problems import MEDIA_TYPE

View = TypeVar("View", bound=Callable[..., Any])
Shape = type[serializers.Serializer[Any]]

FORM = "multipart/form-data"
_ANSWERS = {200: "As it is now.", 201: "Made.", 202: "Taken: it is told soon.", 204: "Gone."}
_PROBLEMS = {
    400: "Something in the call cannot be accepted; `code` and `errors` say what.",
    401: "No token, or one that is not valid.",
    403: "The token may only read (it was made so, or it acts as a viewer), or its role may not do this.",
    404: "Nothing is here, or it belongs to another workspace.",
    409: "The external id belongs to another, the resource is in another state, or a call with the same "
    "Idempotency-Key is still being worked.",
    410: "This Idempotency-Key's call was about a person who has been erased since, or a file is not kept any more.",
    413: "The body holds more than 1 MB, or a file more than 5 GB.",
    415: "The body is not of a type that this call takes.",
    422: "The Idempotency-Key was used for another call.",
    429: "Too many calls; wait as long as `Retry-After` says.",
    503: "The database is away; wait as long as `Retry-After` says and send the same again.",
}
_READING = (400, 401, 429, 503)
_WRITING = (*_READING, 403, 409, 410, 413, 415, 422)


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
        return {"type": "http", "scheme": "bearer", "description": "A token of the settings' page API tokens."}


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


class AttributesShape(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Says of attributes that any JSON may be in them, null too."""

    target_class = "inbox.api.fields.Attributes"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return an object with names of 1 to 100 characters."""
        return {
            "type": "object",
            "propertyNames": {"minLength": 1, "maxLength": 100},
            "additionalProperties": {},
        }


def describe(
    operation_id: str,
    summary: str,
    *,
    tag: str,
    answers: dict[int, Any],
    request: Shape | None = None,
    form: Shape | None = None,
    query: Shape | None = None,
    path: dict[str, str] | None = None,
    problems: tuple[int, ...] = (),
    example: dict[str, Any] | None = None,
    form_example: dict[str, Any] | None = None,
    shows: dict[str, Any] | None = None,
    acts: bool = False,
) -> Callable[[View], View]:
    """Describe a view's method, and give it its parameters: those of `query` may be asked, and no other.

    Its docstring is the description; `problems` are those beyond what any may meet. `example` is a body that may be
    sent, `shows` what is answered. `acts` is a write that takes no body. `form` may come as a form in its place, with a
    file.
    """
    writes = bool(request) or acts
    extend = extend_schema(
        operation_id=operation_id,
        summary=summary,
        tags=[tag],
        request={"application/json": request, FORM: form} if form else request,
        parameters=_parameters(query, operation_id if writes else "", path or {}, tag),
        responses=_responses(answers, {*(_WRITING if writes else _READING), *problems}),
        examples=_shown(example, shows, [str(status) for status in answers], form_example),
    )

    def described(view: View) -> View:
        view.query = query  # type: ignore[attr-defined]
        extended: View = extend(view)
        return extended

    return described


def _parameters(query: Shape | None, written: str, path: dict[str, str], tag: str) -> list[Any]:
    """Return what may stand in a call's address and head; `written` is the id of an operation that writes."""
    return [
        *([query] if query else []),
        *([_key_parameter(written)] if written else []),
        *(_path_parameter(name, text, tag) for name, text in path.items()),
    ]


def _responses(answers: dict[int, Any], problems: set[int]) -> dict[Any, Any]:
    told: dict[Any, Any] = {
        status: OpenApiResponse(shape, description=_ANSWERS[status]) for status, shape in answers.items()
    }
    for status in sorted(problems):
        told[status, MEDIA_TYPE] = OpenApiResponse(ProblemSerializer, description=_PROBLEMS[status])
    return told


def _shown(
    example: dict[str, Any] | None,
    shows: dict[str, Any] | None,
    statuses: list[str],
    form: dict[str, Any] | None = None,
) -> list[OpenApiExample]:
    shown = [OpenApiExample("request", value=example, request_only=True)] if example else []
    if form is not None:
        shown.append(OpenApiExample("form", value=form, request_only=True, media_type=FORM))
    if shows is not None:
        shown.append(OpenApiExample("answer", value=shows, response_only=True, status_codes=statuses))
    return shown


def _key_parameter(operation_id: str) -> OpenApiParameter:
    key = uuid.uuid5(uuid.NAMESPACE_URL, operation_id)
    return OpenApiParameter(
        HEADER,
        {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[!#-+\--:<-\[\]-~]+$"},
        OpenApiParameter.HEADER,
        description="Made by you, once for each write: sent again within a day, the call is answered again and done "
        "once.",
        examples=[OpenApiExample("key", value=str(key))],
    )


def _path_parameter(name: str, description: str, tag: str) -> OpenApiParameter:
    if name == "id":
        kind, value = OpenApiTypes.UUID, examples.IDS[tag]
    else:
        kind, value = OpenApiTypes.STR, examples.EXTERNAL_IDS[tag]
    shown = [OpenApiExample("example", value=value)]
    return OpenApiParameter(name, kind, OpenApiParameter.PATH, description=description, examples=shown)


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


@lru_cache(maxsize=4)
def _rendered(renderer: Any) -> str | bytes:
    """Return the schema as a renderer writes it. Anybody may ask for it, so each process writes it once."""
    text: str | bytes = renderer().render(openapi(), renderer_context={})
    return text


class SchemaView(APIView):
    """The OpenAPI 3.1 schema: JSON, or YAML with `?format=yaml`."""

    authentication_classes = []
    permission_classes = []
    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer2, OpenApiYamlRenderer]
    schema = None

    def get(self, request: Request) -> HttpResponse:
        """Answer with the schema."""
        renderer: Any = request.accepted_renderer  # type: ignore[attr-defined]
        return HttpResponse(_rendered(cast(Hashable, type(renderer))), content_type=renderer.media_type)
