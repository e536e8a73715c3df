"""The keys of contacts, stored."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction

from inbox.contacts.likeness.facts import read
from inbox.contacts.likeness.gathering import facts_of
from inbox.contacts.likeness.keys import keys_of
from inbox.models import Contact, MatchKey

# Rows are locked and written in the order of their contacts and keys, so that two writers never wait crosswise.
_FORGET = """
DELETE FROM inbox_matchkey AS m USING (
    SELECT o.id FROM inbox_matchkey AS o JOIN unnest(%s::bigint[], %s::bigint[]) AS x (contact, key)
    ON o.contact_id = x.contact AND o.key = x.key ORDER BY o.contact_id, o.key FOR UPDATE OF o
) AS gone WHERE m.id = gone.id
"""
# A contact that was deleted meanwhile is left out; one that is there stays until these rows are.
_NOTE = """
INSERT INTO inbox_matchkey (workspace_id, contact_id, key)
SELECT c.workspace_id, x.contact, x.key FROM unnest(%s::bigint[], %s::bigint[]) AS x (contact, key)
JOIN (SELECT id, workspace_id FROM inbox_contact WHERE id = ANY (%s) ORDER BY id FOR KEY SHARE) AS c ON c.id = x.contact
ORDER BY x.contact, x.key ON CONFLICT (contact_id, key) DO NOTHING
"""


def store_keys(contacts: Iterable[Contact]) -> int:
    """Store the keys of these contacts as they are known now; return how many rows were written or removed.

    It may run twice and anywhere. Keys that hold no longer go away; where nothing has changed nothing is written.
    """
    facts = facts_of({contact.pk: contact for contact in contacts}.values())
    wanted = {(pk, key) for pk, each in facts.items() for key in keys_of(read(each))}
    stored = set(MatchKey.objects.filter(contact__in=facts).values_list("contact_id", "key"))
    gone, new = sorted(stored - wanted), sorted(wanted - stored)
    with transaction.atomic(), connection.cursor() as cursor:
        if gone:
            cursor.execute(_FORGET, [[pk for pk, _ in gone], [key for _, key in gone]])
        if new:
            pks = [pk for pk, _ in new]
            cursor.execute(_NOTE, [pks, [key for _, key in new], sorted(set(pks))])
    return len(gone) + len(new)
