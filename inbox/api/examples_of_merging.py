"""What the schema and the readable page show of merges, suggestions and batches."""

from __future__ import annotations

from typing import Any

from inbox.api.examples import CONTACT_ID, MERGE_ID, SUGGESTION_ID

OTHER_ID = "019a0f80-51c2-7a0d-8e64-b7c92f13d05e"
_WHY = "Both gave nadia@example.com."

MERGE_INPUT: dict[str, Any] = {
    "winner": CONTACT_ID,
    "loser": OTHER_ID,
    "reason": "She wrote from her telephone.",
    "fields": {"phone": "loser", "attributes.plan": "winner"},
}
ACCEPT_INPUT: dict[str, Any] = {"reason": "She wrote from her telephone.", "fields": {"phone": "loser"}}
MERGE: dict[str, Any] = {
    "id": MERGE_ID,
    "winner": CONTACT_ID,
    "loser": OTHER_ID,
    "by": "bea",
    "reason": "She wrote from her telephone.",
    "at": "2026-06-18T08:20:31.904112Z",
    "undone_at": None,
}
MERGE_UNDONE: dict[str, Any] = {**MERGE, "undone_at": "2026-06-19T07:02:11.310877Z", "kept": ["name"], "stays": []}
SUGGESTION: dict[str, Any] = {
    "id": SUGGESTION_ID,
    "contact": OTHER_ID,
    "candidate": CONTACT_ID,
    "score": 0.97,
    "reasons": [{"code": "same_email", "words": _WHY}],
    "status": "pending",
    "created_at": "2026-06-18T08:13:02.771034Z",
}
SUGGESTION_DISMISSED: dict[str, Any] = {**SUGGESTION, "status": "dismissed"}

CONTACT_BATCH_INPUT: dict[str, Any] = {
    "contacts": [
        {"external_id": "user-1042", "name": "Nadia Okafor", "email": "nadia@example.com", "account": "acme"},
        {"email": "tomas@example.com", "attributes": {"plan": "free"}},
    ]
}
ACCOUNT_BATCH_INPUT: dict[str, Any] = {"accounts": [{"external_id": "acme", "name": "Acme GmbH", "seats": 14}]}
CONTACT_BATCH: dict[str, Any] = {
    "results": [
        {"index": 0, "status": "updated", "id": CONTACT_ID, "code": None, "detail": None},
        {
            "index": 1,
            "status": "refused",
            "id": None,
            "code": "erased",
            "detail": "This person was erased, and no batch brings them back.",
        },
    ]
}
ACCOUNT_BATCH: dict[str, Any] = {
    "results": [{"index": 0, "status": "created", "id": "acme", "code": None, "detail": None}]
}
