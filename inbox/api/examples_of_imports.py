"""What the schema and the readable page show of imports: a file of three, of whom one has no valid address."""

from __future__ import annotations

from typing import Any

from inbox.api.examples import IMPORT_ID

IMPORT_INPUT: dict[str, Any] = {
    "file": "E-Mail,Name,Tarif\nnadia@example.com,Nadia Okafor,pro\nben@example.com,Ben Ito,free\nnobody,Nobody,free\n",
    "mapping": '{"E-Mail": "email", "Name": "name", "Tarif": "attributes.plan"}',
    "key": "email",
    "existing": "update",
    "dry_run": False,
    "name": "people.csv",
}
SYNC_INPUT: dict[str, Any] = {"source": "intercom", "options": {"conversations": True}}
IMPORT_BEGUN: dict[str, Any] = {
    "id": IMPORT_ID,
    "source": "csv",
    "name": "people.csv",
    "status": "planning",
    "dry_run": False,
    "total": 0,
    "remaining": 0,
    "created": 0,
    "updated": 0,
    "unchanged": 0,
    "refused": 0,
    "refused_url": None,
    "accounts": {"created": 0, "updated": 0},
    "batches_remaining": 0,
    "rows_per_second": None,
    "error": None,
    "created_at": "2026-11-22T09:12:40.201733Z",
    "finished_at": None,
}
_HALF = {"total": 12000, "remaining": 7000, "created": 4600, "updated": 380, "unchanged": 12, "refused": 8}
_URL = f"https://desk.example.com/api/v1/imports/{IMPORT_ID}/refused/"
IMPORT_RUNNING: dict[str, Any] = {
    **IMPORT_BEGUN, **_HALF, "status": "running", "refused_url": _URL, "accounts": {"created": 41, "updated": 3},
    "batches_remaining": 2, "rows_per_second": 21350.5,
}  # fmt: skip
IMPORT_PAUSED: dict[str, Any] = {**IMPORT_RUNNING, "status": "paused", "rows_per_second": None}
IMPORT_CANCELLED: dict[str, Any] = {
    **IMPORT_PAUSED, "status": "cancelled", "finished_at": "2026-11-22T09:12:58.730219Z",
}  # fmt: skip
IMPORT: dict[str, Any] = {
    **IMPORT_BEGUN, "status": "finished", "total": 3, "created": 2, "refused": 1, "refused_url": _URL,
    "finished_at": "2026-11-22T09:12:41.958120Z",
}  # fmt: skip
IMPORT_UNDOING: dict[str, Any] = {**IMPORT, "status": "undoing"}
PAGE: dict[str, Any] = {"next": None, "results": [IMPORT]}
