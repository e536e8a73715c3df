"""The readable reference, made of the schema."""

from __future__ import annotations

import uuid
from functools import lru_cache
from http import HTTPStatus
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from inbox.api import examples
from inbox.api.codes import CODES
from inbox.api.openapi import METHODS, RESOURCES, problem
from inbox.api.paint import for_shell, painted_json, plain_for_shell, with_code
from inbox.api.schema import FORM, openapi
from inbox.people.models import User

_VERB_ORDER = {method: place for place, method in enumerate(METHODS)}
_SAID = examples.PROBLEMS[400]["invalid"]


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show how to call, every resource with its operations, fields, answers and an example, and every problem."""
    theme = request.user.theme if isinstance(request.user, User) else None
    return HttpResponse(_page(request.build_absolute_uri("/").rstrip("/"), theme))


@lru_cache(maxsize=8)
def _page(base: str, theme: str | None) -> str:
    """Return the page for one address of ours. Anybody may ask for it, so each process draws it once for each theme."""
    rates: Any = settings.REST_FRAMEWORK
    context = {
        "user": {"is_authenticated": theme is not None, "theme": theme},
        "base": base,
        "groups": reference(),
        "problems": _problems(),
        "rate": rates["DEFAULT_THROTTLE_RATES"]["token"].partition("/")[0],
        "problem": painted_json(problem("invalid", 400, **_SAID)),
        "page": painted_json({"next": "https://desk.example.com/api/v1/contacts/?cursor=gAAAAABp…", "results": ["…"]}),
        "first": for_shell({"name": "Nadia Okafor", "email": "nadia@example.com"}),
        "key": uuid.uuid5(uuid.NAMESPACE_URL, "frontdesk"),
    }
    return render_to_string("api/docs.html", context)


@lru_cache(maxsize=1)
def reference() -> list[dict[str, Any]]:
    """Return the operations of the schema by resource, ready for the template."""
    groups: dict[str, list[dict[str, Any]]] = {tag: [] for tag in RESOURCES}
    for path, methods in openapi()["paths"].items():
        for method, operation in methods.items():
            if method in METHODS:
                groups.setdefault(operation["tags"][0], []).append(_operation(path, method, operation))
    for operations in groups.values():
        operations.sort(key=lambda one: (one["path"].count("/"), one["path"], _VERB_ORDER[one["method"].lower()]))
    return [
        {"name": tag, "about": RESOURCES.get(tag, ""), "operations": operations} for tag, operations in groups.items()
    ]


def _problems() -> list[dict[str, Any]]:
    """Return the codes by status."""
    by_status = groupby(sorted(CODES.items(), key=lambda item: item[1].status), key=lambda item: item[1].status)
    return [
        {
            "status": status,
            "phrase": HTTPStatus(status).phrase,
            "codes": [(code, one.title, with_code(one.advice)) for code, one in codes],
        }
        for status, codes in by_status
    ]


def _operation(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    bodies = operation.get("requestBody", {}).get("content", {})
    form = bodies.get(FORM, {})
    body = form or bodies.get("application/json", {})
    parameters = operation.get("parameters", [])
    answers = operation["responses"]
    good = {status: answer for status, answer in answers.items() if status.startswith("2")}
    shown = next(iter(good.values())).get("content", {}).get("application/json", {})
    sent = _example(body)
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "called": _called(path, parameters),
        "summary": operation["summary"],
        "description": with_code(" ".join(operation.get("description", "").split())),
        "parameters": [_parameter(one) for one in parameters if one["in"] != "header"],
        "body": _fields(body.get("schema", {})),
        "answer": _answer_fields(shown.get("schema", {})),
        "good": [{"status": status, "about": answer["description"]} for status, answer in good.items()],
        "problems": [status for status in answers if status not in good],
        "sent": for_shell(sent) if sent and not form else "",
        "form": _form(sent, form) if form else [],
        "shown": painted_json(_example(shown)) if shown else "",
        "shown_status": max(good),
        "is_list": "results" in _resolved(shown.get("schema", {})).get("properties", {}),
    }


def _form(sent: dict[str, Any], form: dict[str, Any]) -> list[SafeString]:
    """Return the fields of a form as curl takes them; a file by its name."""
    properties = _resolved(form.get("schema", {})).get("properties", {})
    return [plain_for_shell(f"{name}={_word(value, properties[name], sent)}") for name, value in sent.items()]


def _word(value: Any, field: dict[str, Any], sent: dict[str, Any]) -> str:
    if field.get("format") == "binary":
        return f"@{sent['name']}"
    return value if isinstance(value, str) else str(value).lower()


def _example(content: dict[str, Any]) -> Any:
    return next((one["value"] for one in content.get("examples", {}).values()), None)


def _called(path: str, parameters: list[dict[str, Any]]) -> str:
    """Return the path with the examples of its parameters in it."""
    for one in parameters:
        if one["in"] == "path":
            path = path.replace("{" + one["name"] + "}", _example(one))
    return path


def _answer_fields(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the fields of a good answer; of a list, those of one result."""
    schema = _resolved(schema)
    results = schema.get("properties", {}).get("results")
    return _fields(results["items"] if results else schema)


def _parameter(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": one["name"],
        "where": one["in"],
        "type": _type(one["schema"]),
        "about": with_code(one.get("description", "")),
        "required": one.get("required", False),
    }


def _fields(schema: dict[str, Any]) -> list[dict[str, Any]]:
    schema = _resolved(schema)
    required = schema.get("required", [])
    return [
        {
            "name": name,
            "type": _type(field),
            "about": with_code(field.get("description", "")),
            "required": name in required,
        }
        for name, field in schema.get("properties", {}).items()
    ]


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """Return what a `$ref`, or an `allOf` of a single one, points to."""
    parts = schema.get("allOf", [])
    ref = schema.get("$ref") or (parts[0].get("$ref") if len(parts) == 1 else None)
    if not ref:
        return schema
    found: dict[str, Any] = openapi()["components"]["schemas"][ref.rpartition("/")[2]]
    return found


def _type(schema: dict[str, Any]) -> str:
    """Return a field's type in a few words: "string (uuid) or null", "list of string", "open | closed"."""
    whole = _resolved(schema)
    if "enum" in whole:
        return " | ".join(str(word) for word in whole["enum"])
    if options := whole.get("oneOf", []) or whole.get("anyOf", []):
        return " or ".join(_type(option) for option in options)
    if whole.get("type") == "array":
        items = _resolved(whole["items"])
        inner = "{" + ", ".join(items["properties"]) + "}" if "properties" in items else _type(items)
        return f"list of {inner}"
    if "properties" in whole:
        return "{" + ", ".join(whole["properties"]) + "}"
    kinds = whole.get("type", "any")
    kinds = list(kinds) if isinstance(kinds, list) else [kinds]
    if "format" in whole:
        kinds[0] = f"{kinds[0]} ({whole['format']})"
    return " or ".join(kinds)
