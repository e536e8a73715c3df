"""What the database knows of contacts and of persons, gathered for many in one statement."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from inbox.contacts.likeness.facts import MOST, Facts, Handle
from inbox.models import Contact
from inbox.models.contacts import IdentityKind

# A person may be of several contacts; of persons that are of more than these together not all are read.
MOST_CONTACTS = 1000
# Longer values say nothing that a comparison could use.
LONGEST, MOST_ATTRIBUTES = 100, 100

_THESE = "SELECT unnest(%(contacts)s::bigint[]) AS id"
# The roots of these contacts, and all that is attached to them.
_THEIR_PERSONS = f"""
SELECT id FROM (
    SELECT r.id FROM roots AS r UNION SELECT m.id FROM roots AS r JOIN inbox_contact AS m ON m.root_id = r.id
) AS m LIMIT {MOST_CONTACTS}
"""  # noqa: S608
_ROOTS = """
SELECT DISTINCT coalesce(root_id, id) AS id FROM inbox_contact
WHERE workspace_id = %(workspace)s AND id = ANY (%(contacts)s::bigint[])
"""
# Of what a contact may have thousands of, the newest few: one costs no more than another.
_FACTS = f"""
SELECT c.id, coalesce(c.root_id, c.id), c.name, c.email, c.phone, c.external_id, a.id, a.domain,
    ARRAY[c.timezone, a.timezone, (
        SELECT v.timezone FROM inbox_visitor AS v
        WHERE v.workspace_id = c.workspace_id AND v.contact_id = c.id AND v.timezone <> '' ORDER BY v.id DESC LIMIT 1
    )],
    (SELECT jsonb_agg(jsonb_build_array(i.kind, i.value, i.verified)) FROM (
        SELECT kind, value, verified_at IS NOT NULL AS verified FROM inbox_identity WHERE contact_id = c.id
        ORDER BY verified_at IS NULL, id DESC LIMIT {3 * MOST}
    ) AS i),
    ARRAY(
        SELECT d.device::text FROM inbox_contactdevice AS d WHERE d.contact_id = c.id ORDER BY d.id DESC LIMIT {MOST}
    ),
    (SELECT jsonb_agg(jsonb_build_array(s.key, s.value)) FROM (
        SELECT key, value FROM jsonb_each_text(
            CASE WHEN jsonb_typeof(c.attributes) = 'object' THEN c.attributes ELSE '{{}}' END
        ) WHERE length(value) BETWEEN 1 AND {LONGEST}
        ORDER BY key LIMIT {MOST_ATTRIBUTES}
    ) AS s)
FROM wanted AS w JOIN inbox_contact AS c ON c.id = w.id LEFT JOIN inbox_account AS a ON a.id = c.account_id
ORDER BY c.id
"""  # noqa: S608


def facts_of(contacts: Iterable[Contact]) -> dict[int, Facts]:
    """Return what is known of each contact, by its key. One statement; a contact that is gone is left out."""
    rows = _rows(f"WITH wanted AS ({_THESE}) {_FACTS}", {"contacts": [contact.pk for contact in contacts]})
    return {row[0]: _facts(row) for row in rows}


def facts_of_persons(workspace: int, contacts: Sequence[int]) -> dict[int, Facts]:
    """Return what is known of the persons to whom any of these contacts belongs, by the key of the root. One statement.

    Contacts are given by their keys; those of other workspaces are left out.
    """
    if not contacts:
        return {}
    statement = f"WITH roots AS ({_ROOTS}), wanted AS ({_THEIR_PERSONS}) {_FACTS}"
    members: dict[int, list[Facts]] = defaultdict(list)
    for row in _rows(statement, {"workspace": workspace, "contacts": list(contacts)}):
        members[row[1]].append(_facts(row))
    return {root: Facts.together(parts) for root, parts in members.items()}


def _facts(row: tuple[Any, ...]) -> Facts:
    pk, _, name, email, phone, external_id, account, domain, zones, identities, devices, attributes = row
    known = _handles(json.loads(identities or "[]"), email, phone, external_id)
    return Facts(
        ids=(pk,),
        names=_present([name]),
        emails=known[IdentityKind.EMAIL],
        phones=known[IdentityKind.PHONE],
        external_ids=known[IdentityKind.EXTERNAL_ID],
        devices=tuple(devices),
        companies=_present([domain]),
        accounts=(account,) if account else (),
        timezones=_present(zones),
        attributes=tuple((key, value) for key, value in json.loads(attributes or "[]")),
    )


def _handles(identities: list[list[Any]], *shown: str | None) -> dict[str, tuple[Handle, ...]]:
    """Return by kind what a contact is known by. `shown` are the email, phone and external id of its profile."""
    found: dict[str, dict[str, bool]] = defaultdict(dict)
    for kind, value, verified in identities:
        found[kind][value] = verified
    for kind, value in zip(IdentityKind.values, shown, strict=True):
        # An identity keeps no blank ends, and of an address not its capitals.
        if value and not {value, value.strip(), value.strip().lower()} & found[kind].keys():
            found[kind][value] = False
    return {kind: tuple(Handle(*each) for each in found[kind].items()) for kind in IdentityKind.values}


def _present(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
