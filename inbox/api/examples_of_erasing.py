"""What the schema shows of all that is known of one person."""

from __future__ import annotations

from typing import Any

from inbox.api import examples

PERSON: dict[str, Any] = {
    "exported_at": "2026-06-19T07:00:00.118402+00:00",
    "contacts": [
        {
            "id": examples.CONTACT_ID,
            "external_id": "user-1042",
            "name": "Nadia Okafor",
            "email": "nadia@example.com",
            "attributes": {"plan": "pro", "seats": 12},
            "identities": [
                {
                    "kind": "email",
                    "value": "nadia@example.com",
                    "verified_at": "2026-03-02T14:05:11.482913+00:00",
                    "since": "2026-03-02T14:05:11.482913+00:00",
                }
            ],
            "notes": [{"text": "Prefers the phone.", "by": "Bea Lindqvist", "at": "2026-03-04T10:00:00.000000+00:00"}],
        }
    ],
    "merges": [],
    "conversations": [
        {
            "id": examples.CONVERSATION_ID,
            "number": 318,
            "contact": examples.CONTACT_ID,
            "status": "open",
            "created_at": "2026-06-18T08:12:40.117204+00:00",
            "closed_at": None,
            "messages": [
                {
                    "seq": 1,
                    "kind": "reply",
                    "author": {"kind": "contact", "name": "Nadia Okafor"},
                    "text": "My invoice of May shows the wrong address.",
                    "action": None,
                    "at": "2026-06-18T08:12:40.117204+00:00",
                }
            ],
        }
    ],
    "events": [
        {
            "id": examples.EVENT_ID,
            "kind": "contact.signed_up",
            "title": "Nadia Okafor signed up for pro",
            "body": "",
            "data": {"plan": "pro"},
            "account": "acme",
            "occurred_at": "2026-01-31T09:30:00+00:00",
        }
    ],
    "elsewhere": {
        "stripe": [
            {
                "id": "evt_1RbC2eKfHq",
                "type": "customer.updated",
                "created_at": "2026-06-18T08:12:40+00:00",
                "says": {"email": "nadia@example.com", "name": "Nadia Okafor"},
            }
        ]
    },
}
