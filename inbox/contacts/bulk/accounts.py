"""Accounts in sets."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from inbox.contacts.attributes import MAX_BYTES
from inbox.contacts.bulk.outcome import Outcome, Retry
from inbox.contacts.bulk.staging import fetch, run, stage
from inbox.models.accounts import AccountStatus
from inbox.people.ids import new_public_id
from inbox.people.models import Workspace

# The fields of an account that a row may set, and how PostgreSQL holds them.
FIELDS = {
    "name": "text", "domain": "text", "plan": "text", "status": "text", "seats": "int", "seat_limit": "int",
    "renews_on": "date", "trial_ends_on": "date", "timezone": "text", "modules": "varchar[]", "mrr_minor": "bigint",
    "currency": "text", "stripe_customer_id": "text", "stripe_subscription_id": "text",
}  # fmt: skip
# What a new account has where nothing is said.
_EMPTY = {
    "name": "''", "domain": "''", "plan": "''", "status": f"'{AccountStatus.ACTIVE}'", "timezone": "''",
    "modules": "'{}'", "currency": "''", "stripe_customer_id": "''", "stripe_subscription_id": "''",
}  # fmt: skip
_COLUMNS = (
    "n int PRIMARY KEY, external_id text, attributes jsonb, spare_id text, account bigint, verdict text, detail text, "
    "before jsonb, after jsonb, " + ", ".join(f"{name} {kind}" for name, kind in FIELDS.items())
)
_NAMES = "n, external_id, attributes, spare_id, " + ", ".join(FIELDS)

_BY_ID = """
UPDATE bulk_account AS b SET account = (
    SELECT a.id FROM inbox_account AS a WHERE a.workspace_id = %(workspace)s AND a.external_id = b.external_id
) WHERE b.external_id IS NOT NULL
"""
# Of several that are called so, the first one ("+ 0": see statements.py).
_BY_NAME = """
UPDATE bulk_account AS b SET account = (
    SELECT min(a.id + 0) FROM inbox_account AS a WHERE a.workspace_id = %(workspace)s AND upper(a.name) = upper(b.name)
) WHERE b.external_id IS NULL AND b.name IS NOT NULL
"""
# A name that only differs in case is one account, whoever writes it first; one without either has an id made up.
_NAMED = "UPDATE bulk_account SET external_id = coalesce(lower(name), spare_id) WHERE external_id IS NULL"
# One that was made by this name, and is called otherwise since: it stays called so, as the name was only its key.
_BY_NAMES_ID = """
UPDATE bulk_account AS b SET account = a.id, name = NULL FROM inbox_account AS a
WHERE b.account IS NULL AND a.workspace_id = %(workspace)s AND a.external_id = b.external_id
"""
# A name may spell the id of another row. It is that account, as it would be if the other row had come before.
_ONCE = """
UPDATE bulk_account AS b SET verdict = 'unchanged' FROM (
    SELECT n, row_number() OVER (PARTITION BY external_id ORDER BY (external_id = lower(name)) IS TRUE, n) AS place
    FROM bulk_account WHERE account IS NULL
) AS o WHERE o.n = b.n AND o.place > 1
"""
_LATER_WINS = """
UPDATE bulk_account AS b SET verdict = 'unchanged' FROM (
    SELECT n, row_number() OVER (PARTITION BY account ORDER BY n DESC) AS place FROM bulk_account
    WHERE account IS NOT NULL
) AS o WHERE o.n = b.n AND o.place > 1
"""
_LOCK = """
SELECT a.id FROM inbox_account AS a
WHERE a.id IN (SELECT account FROM bulk_account WHERE verdict IS NULL AND account IS NOT NULL)
ORDER BY a.id FOR NO KEY UPDATE
"""
_GONE = """
SELECT b.n FROM bulk_account AS b LEFT JOIN inbox_account AS a ON a.id = b.account
WHERE b.account IS NOT NULL AND a.id IS NULL
"""
_AFTER = ", ".join(
    f"'{name}', CASE WHEN b.{name} IS DISTINCT FROM a.{name} THEN to_jsonb(b.{name}) END" for name in FIELDS
)
_BEFORE = ", ".join(f"('{name}', to_jsonb(a.{name}))" for name in FIELDS)
_DIFFER = f"""
UPDATE bulk_account AS b SET after = jsonb_strip_nulls(jsonb_build_object({_AFTER}, 'attributes', (
    SELECT jsonb_object_agg(e.key, e.value) FROM jsonb_each(b.attributes) AS e
    WHERE a.attributes -> e.key IS DISTINCT FROM e.value
))) FROM inbox_account AS a WHERE a.id = b.account AND b.verdict IS NULL
"""  # noqa: S608
_KEEP_BEFORE = f"""
UPDATE bulk_account AS b SET before = (
    SELECT jsonb_object_agg(x.k, x.v) FROM (VALUES {_BEFORE}, ('attributes', (
        SELECT jsonb_object_agg(e.key, coalesce(a.attributes -> e.key, 'null')) FROM jsonb_each(b.after -> 'attributes')
        AS e
    ))) AS x (k, v) WHERE b.after ? x.k
), verdict = 'updated' FROM inbox_account AS a WHERE a.id = b.account AND b.verdict IS NULL AND b.after <> '{{}}'
"""  # noqa: S608
_TOO_LARGE = f"""
UPDATE bulk_account AS b SET verdict = 'attributes_too_large',
    detail = 'All attributes of an account together hold {MAX_BYTES // 1024} KB at most.'
WHERE octet_length((coalesce((SELECT a.attributes FROM inbox_account AS a WHERE a.id = b.account), '{{}}')
    || b.attributes)::text) > {MAX_BYTES}
"""  # noqa: S608
_CHANGE = f"""
UPDATE inbox_account AS a SET updated_at = %(at)s, attributes = a.attributes || coalesce(b.attributes, '{{}}'),
    {", ".join(f"{name} = coalesce(b.{name}, a.{name})" for name in FIELDS)}
FROM bulk_account AS b WHERE a.id = b.account AND b.verdict = 'updated'
"""  # noqa: S608
_NUMBER = """
UPDATE bulk_account SET account = nextval(pg_get_serial_sequence('inbox_account', 'id')), verdict = 'created'
WHERE account IS NULL AND verdict IS NULL
"""
_MAKE = f"""
INSERT INTO inbox_account (id, workspace_id, external_id, attributes, created_at, updated_at, {", ".join(FIELDS)})
SELECT account, %(workspace)s, external_id, coalesce(attributes, '{{}}'), %(at)s, %(at)s,
    {", ".join(f"coalesce({name}, {_EMPTY[name]})" if name in _EMPTY else name for name in FIELDS)}
FROM bulk_account WHERE verdict = 'created' ORDER BY external_id
ON CONFLICT (workspace_id, external_id) DO NOTHING
"""  # noqa: S608
_COUNTS = """
SELECT coalesce(verdict, 'unchanged'), count(*), array_agg(account) FILTER (WHERE verdict = 'created')
FROM bulk_account GROUP BY 1
"""
_REFUSED = "SELECT n, verdict, detail FROM bulk_account WHERE detail IS NOT NULL ORDER BY n"


def apply_accounts(
    workspace: Workspace,
    rows: Iterable[tuple[int, str | None, dict[str, Any]]],
    *,
    at: datetime,
    skip_existing: bool = False,
    write: bool = True,
) -> Outcome:
    """Make or change accounts: (number, external id or None, values by FIELDS and "attributes"), each account once.

    One without an external id goes by its name in any case. What a row does not name stays. Days are ISO texts. Without
    `write` nothing is written, and the outcome says what would be. Afterwards `bulk_account` holds for each row `n`,
    `account`, `verdict`, `before` and `after`. Raises Retry. In the caller's transaction.
    """
    stage("bulk_account", _COLUMNS, (_row(*row) for row in rows), _NAMES)
    run(_BY_ID, workspace=workspace.pk)
    run(_BY_NAME, workspace=workspace.pk)
    run(_NAMED)
    run(_BY_NAMES_ID, workspace=workspace.pk)
    run(_ONCE)
    run(_LATER_WINS)
    if skip_existing:
        run("UPDATE bulk_account SET verdict = 'unchanged' WHERE account IS NOT NULL")
    if write:
        run(_LOCK)
        if fetch(_GONE):
            raise Retry
    run(_TOO_LARGE)
    run(_DIFFER)
    run(_KEEP_BEFORE)
    made = run(_NUMBER)
    if write:
        run(_CHANGE, at=at)
        if run(_MAKE, workspace=workspace.pk, at=at) < made:
            raise Retry
    return outcome_of(_COUNTS, _REFUSED, written=write)


def outcome_of(counts: str, refused: str, *, written: bool) -> Outcome:
    """Read what became of the rows from the two statements: (verdict, count, keys of new rows), (n, code, detail)."""
    found = Outcome()
    for verdict, count, made in fetch(counts):
        if verdict in ("created", "updated", "unchanged"):
            setattr(found, verdict, count)
        else:
            found.refused += count
        if made and written:
            found.made = sorted(made)
    found.refusals = [list(row) for row in fetch(refused)] if found.refused else []
    return found


def _row(number: int, external_id: str | None, values: dict[str, Any]) -> tuple[Any, ...]:
    attributes = values.get("attributes")
    said = json.dumps(attributes, ensure_ascii=False) if attributes else None
    spare = None if external_id or values.get("name") else str(new_public_id())
    return number, external_id, said, spare, *(values.get(name) for name in FIELDS)
