"""What the schema says of every operation alike: headers, problems with examples, tags. Run when it is made."""

from __future__ import annotations

from typing import Any

from inbox.api import examples
from inbox.api.codes import TITLES
from inbox.api.idempotency import REPLAYED
from inbox.api.problems import MEDIA_TYPE

RESOURCES = {
    "contacts": "Your customers: who they are, and what they are known by.",
    "accounts": "The companies that your contacts belong to, addressed by your own ids.",
    "conversations": "Threads between a contact and the team.",
    "messages": "What is said in a conversation, and what is done with it.",
    "events": "What happens to you and your customers: tracked once, told wherever people look.",
    "deliveries": "Who was told of an event, over what, why, and what became of it.",
    "routes": "Which events are told where.",
    "automations": "Messages that are sent to people by themselves.",
    "imports": "Files of contacts: brought in, watched, and taken back.",
    "rings": "What the bells were struck for, and a way to strike them.",
}
_DESCRIPTION = "For servers: JSON over HTTPS with a bearer token. Readable, with examples, at `/api/v1/docs/`."
METHODS = ("get", "post", "put", "patch", "delete")


def _header(kind: str, description: str, example: Any) -> dict[str, Any]:
    return {"description": description, "schema": {"type": kind}, "example": example}


HEADERS: dict[str, dict[str, Any]] = {
    "RateLimit-Limit": _header("integer", "How many calls the token has in each window.", 1200),
    "RateLimit-Remaining": _header("integer", "How many are left in this window.", 1187),
    "RateLimit-Reset": _header("integer", "In how many seconds the next window begins.", 42),
    "RateLimit-Policy": _header(
        "string", "The same limit as a structured field (an IETF draft).", '"token";q=1200;w=60'
    ),
    "RateLimit": _header("string", "The same rest as a structured field (an IETF draft).", '"token";r=1187;t=42'),
    "Retry-After": _header("integer", "After how many seconds to send the same again.", 42),
    "WWW-Authenticate": _header("string", "How to bring a token (RFC 6750).", 'Bearer realm="Frontdesk API"'),
    REPLAYED: _header("string", "`true`: this is the first call's answer again.", "true"),
}
_COUNTED = [name for name in HEADERS if name.startswith("RateLimit")]
_EXTRA = {401: ["WWW-Authenticate"], 403: ["WWW-Authenticate"], 429: ["Retry-After"], 503: ["Retry-After"]}


def finish(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Complete the schema that was read off the views, and return it."""
    result["info"]["description"] = _DESCRIPTION
    result["servers"] = [{"url": "/"}]
    result["tags"] = [{"name": name, "description": about} for name, about in RESOURCES.items()]
    components = result["components"]
    components["headers"] = HEADERS
    components["examples"] = {
        code: {"summary": TITLES[code], "value": problem(code, status, **said)}
        for status, codes in examples.PROBLEMS.items()
        for code, said in codes.items()
    }
    for methods in result["paths"].values():
        for method in METHODS:
            if operation := methods.get(method):
                for status, answer in operation["responses"].items():
                    _complete(answer, int(status), method)
    return result


def problem(code: str, status: int, **said: Any) -> dict[str, Any]:
    """Return a problem document with this code."""
    return {"type": f"/api/v1/docs/#{code}", "title": TITLES[code], "status": status, "code": code, **said}


def _complete(answer: dict[str, Any], status: int, method: str) -> None:
    names = [*([] if status == 401 else _COUNTED), *_EXTRA.get(status, [])]
    keyed = method not in ("get", "delete")
    if keyed and (status < 300 or status in (400, 404, 409)):
        names.append(REPLAYED)
    if keyed and status == 409:
        names.append("Retry-After")
    answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    content = answer.get("content", {}).get(MEDIA_TYPE)
    if content is not None:
        content["examples"] = {code: {"$ref": f"#/components/examples/{code}"} for code in examples.PROBLEMS[status]}
