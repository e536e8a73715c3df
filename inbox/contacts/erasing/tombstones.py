"""What is left of an erased person: keyed hashes of what they were known by, from which nobody reads who it was.

An import asks for them, so that the same list, taken in again, does not bring the person back. The key is made from
SECRET_KEY: `rotate_secrets` and the end of an old one of FRONTDESK_KEYS leave it as it is. A former SECRET_KEY counts
for as long as it is among SECRET_KEY_FALLBACKS.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db import connection

from inbox.contacts.identities import normalise
from inbox.models import ErasedHandle
from inbox.models.contacts import IdentityKind
from inbox.people.models import Workspace

# Kind and value, as an identity has them.
Handle = tuple[str, str]

_SALT = b"inbox.contacts.erasing.tombstones"
# Who came back by their own act (inbox/widget/session.py) or by a single call of the customer's server is known again.
_AMONG = """
SELECT asked.place FROM unnest(%(places)s::int[], %(kinds)s::text[], %(values)s::text[], %(digests)s::text[])
    AS asked (place, kind, value, digest)
JOIN inbox_erasedhandle AS erased
    ON erased.workspace_id = %(workspace)s AND erased.kind = asked.kind AND erased.digest = asked.digest
WHERE NOT EXISTS (
    SELECT FROM inbox_identity AS known WHERE known.workspace_id = %(workspace)s AND known.kind = asked.kind
        AND known.value = asked.value AND known.verified_at IS NOT NULL)
"""


def is_erased(workspace: Workspace, kind: str, value: str) -> bool:
    """Return whether somebody known by this was erased and has not come back by an act of their own."""
    return bool(erased_among(workspace, [(kind, value)]))


def erased_among(workspace: Workspace, handles: Collection[Handle]) -> set[Handle]:
    """Return those of `handles` (kind and value, as they came) by which an erased person was known. One query.

    An import, and a batch over the API, refuses the rows that hold one of them, with the reason "erased".
    """
    given = list(handles)
    asked = [(place, handle, key) for place, handle in enumerate(given) for key in _keys()]
    if not asked:
        return set()
    values: dict[str, Any] = {
        "workspace": workspace.pk,
        "places": [place for place, _, _ in asked],
        "kinds": [kind for _, (kind, _), _ in asked],
        "values": [normalise(kind, value) for _, (kind, value), _ in asked],
        "digests": [_digest(key, workspace.pk, kind, value) for _, (kind, value), key in asked],
    }
    with connection.cursor() as cursor:
        cursor.execute(_AMONG, values)
        return {given[place] for (place,) in cursor.fetchall()}


def bury(workspace: Workspace, handles: Iterable[Handle]) -> None:
    """Write down that whoever was known by these was erased, in the caller's transaction."""
    [key, *_] = _keys()
    rows = [
        ErasedHandle(workspace=workspace, kind=kind, digest=_digest(key, workspace.pk, kind, value))
        for kind, value in sorted(set(handles))
    ]
    ErasedHandle.objects.bulk_create(rows, ignore_conflicts=True)


def _keys() -> Sequence[bytes]:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [
        hmac.digest(secret if isinstance(secret, bytes) else secret.encode(), _SALT, "sha256") for secret in secrets
    ]


def _digest(key: bytes, workspace: int, kind: str, value: str) -> str:
    """Return the hash of one handle. The workspace's key is in it: equal people of two tenants cannot be told equal."""
    said = f"{workspace}\0{kind}\0{_plain(kind, value)}"
    return hmac.new(key, said.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _plain(kind: str, value: str) -> str:
    """Return a value in the one spelling that is hashed: of a phone number its digits alone."""
    value = normalise(kind, value)
    if kind != IdentityKind.PHONE:
        return value
    digits = re.sub(r"\D", "", value)
    return digits.removeprefix("00") if digits else value
