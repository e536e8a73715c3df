"""What the schema and the readable page show: one customer, her company, and the thread in which she asks."""

from __future__ import annotations

from typing import Any

CONTACT_ID = "019a0f5e-6c1e-7d3a-9b1f-2f4c8e1a7b60"
CONVERSATION_ID = "019a0f61-02b7-7e55-8a40-91d6c3f0a2e4"
TEAMMATE_ID = "019a0e00-7f21-7b0c-a5d3-64c1b7e29f18"
CLIENT_ID = "7b1d0c52-3f6a-4a5e-8f0e-6b7d5d9c2a11"
EVENT_ID = "019a0f70-4d2b-7a16-b3c8-5e0f9d81c427"
DELIVERY_ID = "019a0f70-4d90-7f02-9a41-c6b1e37d5208"
ROUTE_ID = "019a0e10-1b7c-7d44-8e95-0a2f6c3b9d71"
MERGE_ID = "019a0f82-9c13-7f6e-b2a7-43d0e5817f36"
AUTOMATION_ID = "019a0e12-5d0f-7c31-9a72-6b1e4f0d8c93"
IMPORT_ID = "019a0f90-3c51-7b0d-9e64-8a1f5d2c7b03"
SUGGESTION_ID = "019a0f81-0b5e-7c48-93d2-7e1f60a4c9b5"
# What an address that names one is shown with.
IDS = {
    "contacts": CONTACT_ID,
    "conversations": CONVERSATION_ID,
    "messages": CONVERSATION_ID,
    "events": EVENT_ID,
    "routes": ROUTE_ID,
    "automations": AUTOMATION_ID,
    "merges": MERGE_ID,
    "merge-suggestions": SUGGESTION_ID,
    "imports": IMPORT_ID,
}
EXTERNAL_IDS = {"contacts": "user-1042", "accounts": "acme"}
_CURSOR = "gAAAAABp1mZ0X3Jhd2x5"

CONTACT_INPUT: dict[str, Any] = {
    "external_id": "user-1042",
    "name": "Nadia Okafor",
    "email": "nadia@example.com",
    "timezone": "Europe/Berlin",
    "account": "acme",
    "attributes": {"plan": "pro", "seats": 12},
    "signed_up_at": "2026-01-31T09:30:00Z",
}
CONTACT_CHANGE: dict[str, Any] = {"phone": "+49 30 1234567", "attributes": {"plan": "enterprise", "seats": None}}
CONTACT: dict[str, Any] = {
    "id": CONTACT_ID,
    "external_id": "user-1042",
    "name": "Nadia Okafor",
    "email": "nadia@example.com",
    "phone": None,
    "timezone": "Europe/Berlin",
    "account": "acme",
    "attributes": {"plan": "pro", "seats": 12},
    "identities": [
        {"kind": "external_id", "value": "user-1042", "verified": True},
        {"kind": "email", "value": "nadia@example.com", "verified": True},
    ],
    "signed_up_at": "2026-01-31T09:30:00Z",
    "created_at": "2026-03-02T14:05:11.482913Z",
    "last_seen_at": "2026-06-18T08:12:40.117204Z",
}
CONTACT_CHANGED: dict[str, Any] = {
    **CONTACT,
    "phone": "+49 30 1234567",
    "attributes": {"plan": "enterprise"},
    "identities": [*CONTACT["identities"], {"kind": "phone", "value": "+49 30 1234567", "verified": True}],
}

ACCOUNT_INPUT: dict[str, Any] = {
    "name": "Acme GmbH",
    "domain": "acme.example",
    "plan": "business",
    "status": "active",
    "seats": 14,
    "seat_limit": 20,
    "renews_on": "2027-02-01",
    "mrr_minor": 42000,
    "currency": "EUR",
    "modules": ["inbox", "reports"],
}
ACCOUNT_CHANGE: dict[str, Any] = {"status": "past_due", "seats": 15}
ACCOUNT: dict[str, Any] = {
    "external_id": "acme",
    "name": "Acme GmbH",
    "domain": "acme.example",
    "owner": CONTACT_ID,
    "plan": "business",
    "status": "active",
    "seats": 14,
    "seat_limit": 20,
    "renews_on": "2027-02-01",
    "trial_ends_on": None,
    "timezone": "Europe/Berlin",
    "modules": ["inbox", "reports"],
    "mrr_minor": 42000,
    "currency": "EUR",
    "stripe_customer_id": "cus_QXg1bTnA2wLp0c",
    "stripe_subscription_id": None,
    "attributes": {"industry": "logistics"},
    "created_at": "2026-02-01T10:00:00.250118Z",
}
ACCOUNT_CHANGED: dict[str, Any] = {**ACCOUNT, **ACCOUNT_CHANGE}

CONVERSATION_INPUT: dict[str, Any] = {
    "contact": CONTACT_ID,
    "text": "My invoice of May shows the wrong address.",
    "team": "billing",
}
CONVERSATION_CHANGE: dict[str, Any] = {
    "status": "snoozed",
    "snoozed_until": "2027-01-04T08:00:00Z",
    "assignee": "@bea",
    "priority": "high",
}
CONVERSATION: dict[str, Any] = {
    "id": CONVERSATION_ID,
    "number": 318,
    "status": "open",
    "contact": CONTACT_ID,
    "assignee": None,
    "team": "billing",
    "priority": "normal",
    "last_seq": 1,
    "waiting_since": "2026-06-18T08:12:40.117204Z",
    "first_reply_at": None,
    "snoozed_until": None,
    "created_at": "2026-06-18T08:12:40.117204Z",
    "closed_at": None,
}
CONVERSATION_CHANGED: dict[str, Any] = {**CONVERSATION, **CONVERSATION_CHANGE, "last_seq": 4}

MESSAGE_INPUT: dict[str, Any] = {
    "kind": "reply",
    "text": "Thank you, it is corrected.",
    "author": "@bea",
    "client_id": CLIENT_ID,
}
_ASKED: dict[str, Any] = {
    "seq": 1,
    "client_id": "0f4c6a0e-8f65-4d0b-b7a3-5a1f7f3f2d90",
    "kind": "reply",
    "author": {"kind": "contact", "id": CONTACT_ID, "name": "Nadia Okafor"},
    "text": "My invoice of May shows the wrong address.",
    "html": "My invoice of May shows the wrong address.",
    "action": None,
    "data": {},
    "at": "2026-06-18T08:12:40.117204Z",
}
MESSAGE: dict[str, Any] = {
    "seq": 2,
    "client_id": CLIENT_ID,
    "kind": "reply",
    "author": {"kind": "teammate", "id": TEAMMATE_ID, "name": "Bea Lindqvist"},
    "text": "Thank you, it is corrected.",
    "html": "Thank you, it is corrected.",
    "action": None,
    "data": {},
    "at": "2026-06-18T08:19:03.550921Z",
}
MESSAGES = [_ASKED, MESSAGE]

EVENT_INPUT: dict[str, Any] = {
    "kind": "contact.signed_up",
    "contact": {"email": "nadia@example.com", "name": "Nadia Okafor"},
    "account": {"external_id": "acme", "name": "Acme GmbH"},
    "data": {"plan": "pro", "source": "newsletter"},
    "idempotency_key": "signup-1042",
}
TRACKED: dict[str, Any] = {"id": EVENT_ID}
EVENT: dict[str, Any] = {
    "id": EVENT_ID,
    "kind": "contact.signed_up",
    "topic": "user-behavior",
    "severity": "info",
    "title": "Nadia Okafor signed up for pro",
    "data": {"plan": "pro", "source": "newsletter"},
    "contact": CONTACT_ID,
    "account": "acme",
    "occurred_at": "2026-06-18T08:12:40.117204Z",
}
DELIVERY: dict[str, Any] = {
    "id": DELIVERY_ID,
    "event": EVENT_ID,
    "transport": "slack",
    "address": "#user-behavior",
    "status": "suppressed",
    "attempts": 0,
    "payload": {"channel": "#user-behavior", "text": "Nadia Okafor signed up for pro"},
    "reason": "route User behavior: topic user-behavior",
    "error": "no credentials",
    "created_at": "2026-06-18T08:12:40.320558Z",
    "sent_at": None,
}
ROUTE_INPUT: dict[str, Any] = {
    "name": "Sign-ups for pro",
    "purpose": "So that sales can say hello.",
    "kinds": ["contact.signed_up"],
    "condition": 'data.plan == "pro"',
    "transport": "log",
    "address": "sales",
    "group_seconds": 60,
}
ROUTE_CHANGE: dict[str, Any] = {"min_severity": "warning", "silent": True}
ROUTE: dict[str, Any] = {
    "id": ROUTE_ID,
    "name": "Sign-ups for pro",
    "purpose": "So that sales can say hello.",
    "enabled": True,
    "is_fallback": False,
    "kinds": ["contact.signed_up"],
    "topics": [],
    "min_severity": "info",
    "takes_private": False,
    "condition": 'data.plan == "pro"',
    "transport": "log",
    "address": "sales",
    "template": "",
    "silent": False,
    "group_seconds": 60,
    "cap": 0,
    "cap_seconds": 60,
    "delay_seconds": 0,
    "quiet": None,
    "muted_until": None,
    "created_at": "2026-06-18T08:00:00.000000Z",
}
ROUTE_CHANGED: dict[str, Any] = {**ROUTE, **ROUTE_CHANGE}


def page(path: str, *results: dict[str, Any], more: bool = False) -> dict[str, Any]:
    """Return a list's answer; with `more` there is a next page."""
    following = f"https://desk.example.com/api/v1/{path}/?cursor={_CURSOR}" if more else None
    return {"next": following, "results": list(results)}


# What a problem says of one call. The title is the code's; the status is that of the answer.
PROBLEMS: dict[int, dict[str, dict[str, Any]]] = {
    400: {
        "invalid": {
            "detail": "email: This is not an email address.",
            "errors": [{"field": "email", "code": "invalid_email", "detail": "This is not an email address."}],
        },
        "bad_json": {"detail": "The body is not JSON: Expecting value at line 1, column 10."},
        "unknown_parameter": {
            "detail": "This call takes limit, cursor, email, external_id.",
            "errors": [
                {
                    "field": "e-mail",
                    "code": "unknown_parameter",
                    "detail": "This call takes limit, cursor, email, external_id.",
                }
            ],
        },
    },
    401: {
        "not_authenticated": {"detail": "Send a token: `Authorization: Bearer TOKEN`."},
        "authentication_failed": {"detail": "This token is not known, or it was revoked, or whose it was has left."},
    },
    403: {
        "read_only_token": {"detail": "Make a token with the scope write in the settings, under API tokens."},
        "read_only": {"detail": "This token acts as a viewer, who changes nothing."},
    },
    404: {"not_found": {"detail": "Nothing is here, or it is not yours."}},
    409: {
        "external_id_taken": {
            "detail": "The external id 'user-1042' belongs to another.",
            "errors": [
                {
                    "field": "external_id",
                    "code": "external_id_taken",
                    "detail": "The external id 'user-1042' belongs to another.",
                }
            ],
        },
        "idempotency_key_in_progress": {
            "detail": "The first call with this key has not been answered yet. Send this one again in a moment."
        },
    },
    410: {"answer_erased": {"detail": "What was answered held somebody who has been erased since. Make a new key."}},
    413: {"too_large": {"detail": "A body holds 1024 KB at most."}},
    415: {"unsupported_media_type": {"detail": 'Unsupported media type "text/plain" in request.'}},
    422: {
        "idempotency_key_reused": {
            "detail": "Make a new key for each write; this one was another's.",
            "errors": [
                {
                    "field": "Idempotency-Key",
                    "code": "idempotency_key_reused",
                    "detail": "Make a new key for each write; this one was another's.",
                }
            ],
        }
    },
    429: {"rate_limited": {"detail": "Too many calls; try again in 42 seconds."}},
    503: {
        "unavailable": {
            "detail": "The database is away for the moment. Send the same call again; with an Idempotency-Key it is "
            "not done twice."
        }
    },
}
