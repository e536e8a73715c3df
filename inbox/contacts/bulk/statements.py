"""The statements by which contacts are written in sets, in the order in which they run.

Locks are taken in one order by all who run this: contacts by their keys, then new contacts by external id, then
identities by kind and value. A value that somebody else wrote meanwhile ends the transaction, which is done again.
"""

# ruff: noqa: S608  (all that is put together here is ours)

from __future__ import annotations

from inbox.contacts.attributes import MAX_BYTES

COLUMNS = """
n int PRIMARY KEY, by text, email text, external_id text, phone text, name text, timezone text,
signed_up_at timestamptz, last_seen_at timestamptz, account_id text, account_name text, attributes jsonb,
source_id text, changed_at timestamptz, proves boolean, claims_email boolean, claims_phone boolean, contact bigint,
public_id uuid, verdict text, detail text, root bigint, account bigint, before jsonb, after jsonb
"""
NAMES = (
    "n, by, email, external_id, phone, name, timezone, signed_up_at, last_seen_at, account_id, account_name, "
    "attributes, source_id, changed_at, proves, claims_email, claims_phone, contact, public_id, verdict, detail"
)

# A subselect for each row, not a join: whatever the planner believes, it looks each up in an index.
BY_EXTERNAL_ID = """
UPDATE bulk_contact AS b SET contact = (
    SELECT c.id FROM inbox_contact AS c WHERE c.workspace_id = %(workspace)s AND c.external_id = b.external_id
) WHERE b.contact IS NULL AND b.verdict IS NULL AND b.by = 'external_id' AND b.proves
"""
BY_IDENTITY = """
UPDATE bulk_contact AS b SET contact = (
    SELECT i.contact_id FROM inbox_identity AS i
    WHERE i.workspace_id = %(workspace)s AND i.kind = b.by AND i.verified_at IS NOT NULL
        AND i.value = CASE b.by WHEN 'email' THEN b.email ELSE b.external_id END
) WHERE b.contact IS NULL AND b.verdict IS NULL AND b.proves AND NOT (b.by = 'email' AND b.claims_email)
"""
ROOTS = """
UPDATE bulk_contact AS b SET root = coalesce(c.root_id, c.id) FROM inbox_contact AS c WHERE c.id = b.contact
"""
LOCK = """
SELECT c.id FROM inbox_contact AS c
WHERE c.id IN (
    SELECT contact FROM bulk_contact WHERE verdict IS NULL AND contact IS NOT NULL
    UNION SELECT root FROM bulk_contact WHERE verdict IS NULL AND contact IS NOT NULL
) ORDER BY c.id FOR NO KEY UPDATE
"""
# Merged, parted or deleted before it was locked.
MOVED = """
SELECT b.n FROM bulk_contact AS b LEFT JOIN inbox_contact AS c ON c.id = b.contact
WHERE b.verdict IS NULL AND b.contact IS NOT NULL AND coalesce(c.root_id, c.id) IS DISTINCT FROM b.root
"""

OTHER_ID = """
UPDATE bulk_contact AS b SET verdict = 'external_id_differs',
    detail = 'The contact with this email has another user id already. Match rows by user id, or leave that column out.'
FROM inbox_contact AS c
WHERE c.id = b.contact AND b.verdict IS NULL AND b.by = 'email' AND b.source_id IS NULL
    AND c.external_id <> b.external_id
"""
TAKEN_ID = """
UPDATE bulk_contact AS b SET verdict = 'external_id_taken',
    detail = 'Another contact has this user id already. Match rows by user id, or give this one its own.'
WHERE b.verdict IS NULL AND b.external_id IS NOT NULL AND (b.by = 'email' OR b.source_id IS NOT NULL)
    AND (
        EXISTS (
            SELECT FROM inbox_contact AS o WHERE o.workspace_id = %(workspace)s AND o.external_id = b.external_id
                AND o.id IS DISTINCT FROM b.contact
        ) OR EXISTS (
            SELECT FROM inbox_identity AS i JOIN inbox_contact AS o ON o.id = i.contact_id
            WHERE i.workspace_id = %(workspace)s AND i.kind = 'external_id' AND i.value = b.external_id
                AND i.verified_at IS NOT NULL AND coalesce(o.root_id, o.id) IS DISTINCT FROM b.root
        )
    )
"""
SAME_ID = """
UPDATE bulk_contact AS b SET verdict = 'external_id_taken',
    detail = 'Another row gives this user id to somebody else. Give this one its own.'
FROM (
    SELECT n, who <> first_value(who) OVER (PARTITION BY external_id ORDER BY n) AS is_other
    FROM (SELECT n, external_id, coalesce(contact, -n) AS who FROM bulk_contact
        WHERE verdict IS NULL AND external_id IS NOT NULL AND (contact IS NULL OR proves)) AS k
) AS o WHERE o.n = b.n AND o.is_other
"""
TOO_LARGE = f"""
UPDATE bulk_contact AS b SET verdict = 'attributes_too_large',
    detail = 'All attributes of a contact together hold {MAX_BYTES // 1024} KB at most.'
WHERE b.verdict IS NULL AND b.attributes IS NOT NULL AND octet_length((coalesce(
    (SELECT r.attributes FROM inbox_contact AS r WHERE r.id = b.root), '{{}}') || b.attributes)::text) > {MAX_BYTES}
"""
LATER_WINS = """
UPDATE bulk_contact AS b SET verdict = 'unchanged' FROM (
    SELECT n, row_number() OVER (PARTITION BY root ORDER BY n DESC) AS place FROM bulk_contact
    WHERE root IS NOT NULL AND verdict IS NULL
) AS o WHERE o.n = b.n AND o.place > 1
"""

# "+ 0": else the least key would be looked for along the primary key, through all accounts.
ACCOUNT_BY_NAME = """
UPDATE bulk_contact AS b SET account = (
    SELECT min(a.id + 0) FROM inbox_account AS a
    WHERE a.workspace_id = %(workspace)s AND upper(a.name) = upper(b.account_name)
) WHERE b.account IS NULL AND b.account_name IS NOT NULL AND b.verdict IS NULL
"""
# One that was made by its name has that for its id, and may be called otherwise since.
ACCOUNT_BY_ID = """
UPDATE bulk_contact AS b SET account = (
    SELECT a.id FROM inbox_account AS a
    WHERE a.workspace_id = %(workspace)s AND a.external_id = coalesce(b.account_id, lower(b.account_name))
) WHERE coalesce(b.account_id, b.account_name) IS NOT NULL AND b.account IS NULL AND b.verdict IS NULL
"""
# Their own batch made the accounts; what somebody deleted since is made again.
MAKE_ACCOUNTS = """
INSERT INTO inbox_account (workspace_id, external_id, name, domain, plan, status, timezone, modules, currency,
    stripe_customer_id, stripe_subscription_id, attributes, created_at, updated_at)
SELECT %(workspace)s, coalesce(account_id, lower(account_name)), min(coalesce(account_name, '')), '', '',
    'active', '', '{}'::text[], '', '', '', '{}'::jsonb, %(at)s::timestamptz, %(at)s::timestamptz
FROM bulk_contact
WHERE account IS NULL AND verdict IS NULL AND coalesce(account_id, account_name) IS NOT NULL GROUP BY 2 ORDER BY 2
ON CONFLICT (workspace_id, external_id) DO NOTHING
"""

# What is shown of a person is the root's; an external id is the contact's own. Who was seen is never seen earlier.
DIFFER = """
UPDATE bulk_contact AS b SET after = jsonb_strip_nulls(jsonb_build_object(
    'name', CASE WHEN b.name <> r.name THEN b.name END,
    'email', CASE WHEN b.email <> r.email THEN b.email END,
    'phone', CASE WHEN b.phone <> r.phone THEN b.phone END,
    'timezone', CASE WHEN b.timezone <> r.timezone THEN b.timezone END,
    'signed_up_at', CASE WHEN b.signed_up_at IS DISTINCT FROM r.signed_up_at THEN b.signed_up_at END,
    'last_seen_at', CASE WHEN b.last_seen_at > coalesce(r.last_seen_at, '-infinity') THEN b.last_seen_at END,
    'account', CASE
        WHEN coalesce(b.account_id, b.account_name) IS NULL THEN NULL
        WHEN b.account IS NULL THEN 0
        WHEN b.account IS DISTINCT FROM r.account_id THEN b.account
    END,
    'external_id', CASE
        WHEN b.proves AND c.external_id IS NULL THEN b.external_id
        WHEN b.proves AND b.source_id IS NOT NULL AND b.external_id <> c.external_id THEN b.external_id
    END,
    'attributes', CASE WHEN r.attributes || b.attributes <> r.attributes THEN (
        SELECT jsonb_object_agg(e.key, e.value) FROM jsonb_each(b.attributes) AS e
        WHERE r.attributes -> e.key IS DISTINCT FROM e.value
    ) END
)) FROM inbox_contact AS r, inbox_contact AS c WHERE r.id = b.root AND c.id = b.contact AND b.verdict IS NULL
"""
NUMBER = """
UPDATE bulk_contact SET contact = x.id, root = x.id, verdict = 'created' FROM (
    SELECT n, nextval(pg_get_serial_sequence('inbox_contact', 'id')) AS id FROM bulk_contact
    WHERE contact IS NULL AND verdict IS NULL
) AS x WHERE x.n = bulk_contact.n
"""

IDENTITIES = """
DROP TABLE IF EXISTS bulk_identity;
CREATE TEMPORARY TABLE bulk_identity (
    n int, place int, contact bigint, kind text, value text, is_key boolean, wants boolean, had text, action text,
    PRIMARY KEY (n, place)
) ON COMMIT DROP
"""
# prove: a new one, verified; verify: a claim of theirs; claim: what another has proved, or nobody.
ACTIONS = """
INSERT INTO bulk_identity
SELECT b.n, k.place, b.contact, k.kind, k.value, k.kind = b.by AND k.wants AND b.verdict IS NOT NULL, k.wants,
    CASE WHEN o.id IS NULL THEN 'none' ELSE 'claim' END,
    CASE WHEN h.id IS NOT NULL OR NOT k.wants THEN 'claim' WHEN o.id IS NULL THEN 'prove' ELSE 'verify' END
FROM bulk_contact AS b
CROSS JOIN LATERAL (VALUES
    (1, 'external_id', b.external_id, b.proves),
    (2, 'email', b.email, b.proves AND NOT b.claims_email),
    (3, 'phone', b.phone, b.proves AND NOT b.claims_phone)
) AS k (place, kind, value, wants)
LEFT JOIN inbox_identity AS o ON o.contact_id = b.contact AND o.kind = k.kind AND o.value = k.value
LEFT JOIN inbox_identity AS h
    ON h.workspace_id = %(workspace)s AND h.kind = k.kind AND h.value = k.value AND h.verified_at IS NOT NULL
LEFT JOIN inbox_contact AS t ON t.id = h.contact_id
WHERE (b.verdict IS NULL OR b.verdict = 'created') AND k.value IS NOT NULL AND o.verified_at IS NULL
    AND (h.id IS NULL OR coalesce(t.root_id, t.id) <> b.root)
    AND (o.id IS NULL OR (h.id IS NULL AND k.wants))
"""
ANALYZE_IDENTITIES = "ANALYZE bulk_identity"

# Of identities: what they were before ("none", "claim"), or since when one is verified that goes (FORGET_FORMER_IDS).
KEEP_BEFORE = """
UPDATE bulk_contact AS b SET verdict = 'updated', before = coalesce((
    SELECT jsonb_object_agg(x.k, x.v) FROM (VALUES
        ('name', to_jsonb(r.name)), ('email', to_jsonb(r.email)), ('phone', to_jsonb(r.phone)),
        ('timezone', to_jsonb(r.timezone)), ('signed_up_at', to_jsonb(r.signed_up_at)),
        ('last_seen_at', to_jsonb(r.last_seen_at)), ('account', to_jsonb(r.account_id)),
        ('external_id', to_jsonb(c.external_id)), ('attributes', (
            SELECT jsonb_object_agg(e.key, coalesce(r.attributes -> e.key, 'null'))
            FROM jsonb_each(b.after -> 'attributes') AS e
        ))
    ) AS x (k, v) WHERE b.after ? x.k
), '{}') || jsonb_strip_nulls(jsonb_build_object('identities', (
    SELECT jsonb_agg(x.one) FROM (
        SELECT jsonb_build_array(i.kind, i.value, i.had, i.contact) AS one FROM bulk_identity AS i WHERE i.n = b.n
        UNION ALL SELECT jsonb_build_array(f.kind, f.value, f.verified_at, f.contact_id) FROM inbox_identity AS f
        WHERE b.after ? 'external_id' AND f.contact_id = b.contact AND f.kind = 'external_id'
            AND f.verified_at IS NOT NULL AND f.value <> b.external_id
    ) AS x
)))
FROM inbox_contact AS r, inbox_contact AS c
WHERE r.id = b.root AND c.id = b.contact AND b.verdict IS NULL
    AND (b.after <> '{}' OR EXISTS (SELECT FROM bulk_identity AS i WHERE i.n = b.n))
"""

MAKE = """
INSERT INTO inbox_contact (id, public_id, workspace_id, account_id, external_id, name, email, phone, timezone,
    attributes, signed_up_at, last_seen_at, created_at, updated_at)
SELECT contact, public_id, %(workspace)s, account, external_id, coalesce(name, ''), coalesce(email, ''),
    coalesce(phone, ''), coalesce(timezone, ''), coalesce(attributes, '{}'), signed_up_at, last_seen_at, %(at)s, %(at)s
FROM bulk_contact WHERE verdict = 'created' ORDER BY external_id, n
ON CONFLICT (workspace_id, external_id) DO NOTHING
"""
CHANGE = """
UPDATE inbox_contact AS r SET updated_at = %(at)s, name = coalesce(b.name, r.name), email = coalesce(b.email, r.email),
    phone = coalesce(b.phone, r.phone), timezone = coalesce(b.timezone, r.timezone),
    signed_up_at = coalesce(b.signed_up_at, r.signed_up_at), last_seen_at = greatest(b.last_seen_at, r.last_seen_at),
    account_id = coalesce(b.account, r.account_id), attributes = r.attributes || coalesce(b.attributes, '{}')
FROM bulk_contact AS b WHERE r.id = b.root AND b.verdict = 'updated'
"""
GIVE_ID = """
UPDATE inbox_contact AS c SET external_id = b.external_id FROM bulk_contact AS b
WHERE c.id = b.contact AND b.verdict = 'updated' AND b.after ? 'external_id'
"""
FORGET_FORMER_IDS = """
DELETE FROM inbox_identity AS i USING bulk_contact AS b
WHERE i.contact_id = b.contact AND b.verdict = 'updated' AND b.after ? 'external_id' AND i.kind = 'external_id'
    AND i.verified_at IS NOT NULL AND i.value <> b.external_id
"""
# What another's row has just proved is left for CLAIM, unless a row is known by nothing else.
PROVE = """
INSERT INTO inbox_identity (workspace_id, contact_id, kind, value, verified_at, created_at)
SELECT %(workspace)s, i.contact, i.kind, i.value, %(at)s, %(at)s FROM bulk_identity AS i
JOIN bulk_contact AS b ON b.n = i.n AND b.verdict IN ('created', 'updated')
WHERE i.action = 'prove' ORDER BY i.place, i.value, i.is_key DESC, i.n ON CONFLICT DO NOTHING
"""
LOST = """
SELECT i.n FROM bulk_identity AS i LEFT JOIN inbox_identity AS o
    ON o.contact_id = i.contact AND o.kind = i.kind AND o.value = i.value AND o.verified_at IS NOT NULL
WHERE i.is_key AND o.id IS NULL
"""
VERIFY = """
UPDATE inbox_identity AS o SET verified_at = %(at)s FROM bulk_identity AS i
JOIN bulk_contact AS b ON b.n = i.n AND b.verdict = 'updated'
WHERE i.action = 'verify' AND o.contact_id = i.contact AND o.kind = i.kind AND o.value = i.value
"""
CLAIM = """
INSERT INTO inbox_identity (workspace_id, contact_id, kind, value, verified_at, created_at)
SELECT %(workspace)s, i.contact, i.kind, i.value, NULL, %(at)s FROM bulk_identity AS i
JOIN bulk_contact AS b ON b.n = i.n AND b.verdict IN ('created', 'updated')
WHERE i.action <> 'verify' AND NOT EXISTS (
    SELECT FROM inbox_identity AS o WHERE o.contact_id = i.contact AND o.kind = i.kind AND o.value = i.value
) ORDER BY i.place, i.value, i.n ON CONFLICT DO NOTHING
"""
# Who says what another has proved may be that other.
LOOK_FOR = """
INSERT INTO inbox_likenesscheck (contact_id, workspace_id, since)
SELECT DISTINCT i.contact, %(workspace)s, %(at)s::timestamptz FROM bulk_identity AS i
JOIN inbox_identity AS o ON o.contact_id = i.contact AND o.kind = i.kind AND o.value = i.value
WHERE o.verified_at IS NULL ORDER BY i.contact ON CONFLICT (contact_id) DO NOTHING
"""

COUNTS = """
SELECT coalesce(verdict, 'unchanged'), count(*), array_agg(contact) FILTER (WHERE verdict = 'created')
FROM bulk_contact GROUP BY 1
"""
REFUSED = "SELECT n, verdict, detail FROM bulk_contact WHERE detail IS NOT NULL ORDER BY n"
