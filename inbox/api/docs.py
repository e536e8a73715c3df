"""The readable reference, made of the schema."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inbox.api.problems import TITLES
from inbox.api.schema import openapi

RESOURCES = {
    "contacts": "Your customers.",
    "accounts": "The companies that your contacts belong to, addressed by your own ids.",
    "conversations": "Threads between a contact and the team.",
    "messages": "What is said in a conversation, and what is done with it.",
}
_METHODS = ("get", "post", "put", "patch", "delete")
_VERB_ORDER = {method: place for place, method in enumerate(_METHODS)}


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show every resource with its operations, fields, answers and an example."""
    base = request.build_absolute_uri("/").rstrip("/")
    return render(request, "api/docs.html", {"groups": reference(), "problems": TITLES, "base": base})


@lru_cache(maxsize=1)
def reference() -> list[dict[str, Any]]:
    """Return the operations of the schema by resource, ready for the template."""
    groups: dict[str, list[dict[str, Any]]] = {tag: [] for tag in RESOURCES}
    for path, methods in openapi()["paths"].items():
        for method, operation in methods.items():
            if method in _METHODS:
                groups.setdefault(operation["tags"][0], []).append(_operation(path, method, operation))
    for operations in groups.values():
        operations.sort(key=lambda one: (one["path"].count("/"), one["path"], _VERB_ORDER[one["method"].lower()]))
    return [
        {"name": tag, "about": RESOURCES.get(tag, ""), "operations": operations} for tag, operations in groups.items()
    ]


def _operation(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    example = next((one["value"] for one in body.get("examples", {}).values()), None)
    answers = operation["responses"]
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "description": " ".join(operation.get("description", "").split()),
        "parameters": [_parameter(one) for one in operation.get("parameters", [])],
        "body": _fields(body.get("schema", {})),
        "answer": _answer_fields(answers),
        "statuses": [{"status": status, "about": answer.get("description", "")} for status, answer in answers.items()],
        "example": json.dumps(example, indent=2, ensure_ascii=False) if example else "",
    }


def _answer_fields(answers: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the fields of a good answer; of a list, those of one result."""
    good = next(answer for status, answer in answers.items() if status.startswith("2"))
    schema = _resolved(good.get("content", {}).get("application/json", {}).get("schema", {}))
    results = schema.get("properties", {}).get("results")
    return _fields(results["items"] if results else schema)


def _parameter(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": one["name"],
        "where": one["in"],
        "type": _type(one["schema"]),
        "about": one.get("description", ""),
        "required": one.get("required", False),
    }


def _fields(schema: dict[str, Any]) -> list[dict[str, Any]]:
    schema = _resolved(schema)
    required = schema.get("required", [])
    return [
        {"name": name, "type": _type(field), "about": field.get("description", ""), "required": name in required}
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
