"""Bearer tokens: whose they are, and as whom they act."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.functional import cached_property
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from inbox.people.models import ApiToken, Teammate, Workspace
from inbox.people.models.tokens import Scope
from inbox.people.secrets import token_hash
from inbox.people.trail import note

log = logging.getLogger(__name__)

CHALLENGE = 'Bearer realm="Frontdesk API"'
STAMPED_FOR = timedelta(minutes=1)
_STAMP = """
    UPDATE people_apitoken SET last_used_at = now() WHERE id = (
        SELECT id FROM people_apitoken
        WHERE id = %s AND (last_used_at IS NULL OR NOT last_used_at BETWEEN now() - %s * interval '1 second' AND now())
        FOR NO KEY UPDATE SKIP LOCKED
    )
"""


class TokenUser:
    """The `request.user` of an API call: a token that acts as a teammate of one workspace."""

    is_authenticated = True
    is_active = True

    def __init__(self, token: ApiToken) -> None:
        self.token = token
        self.pk = f"token:{token.pk}"

    @cached_property
    def teammate(self) -> Teammate:
        """The teammate in whose name the call acts."""
        return self.token.acts_as

    @property
    def workspace(self) -> Workspace:
        """The only workspace this call may reach."""
        return self.token.workspace

    @property
    def only_reads(self) -> bool:
        """Whether the token was made to read and nothing else."""
        return self.token.scope != Scope.WRITE


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer TOKEN`."""

    def authenticate(self, request: Request) -> tuple[TokenUser, ApiToken] | None:
        """Return who calls, or None where no bearer token came. Raises AuthenticationFailed for an unknown one."""
        scheme, _, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        found = (
            ApiToken.objects.filter(
                hash=token_hash(token.strip()),
                revoked_at__isnull=True,
                acts_as__user__is_active=True,
                acts_as__left_at__isnull=True,
            )
            .select_related("workspace", "acts_as__user", "acts_as__workspace")
            .first()
        )
        if found is None:
            raise AuthenticationFailed("This token is not known, or it was revoked, or whose it was has left.")
        stamp(found)
        note(teammate=str(found.acts_as.public_id), workspace=str(found.workspace.public_id))
        return TokenUser(found), found

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge that makes a missing token a 401."""
        return CHALLENGE


def stamp(token: ApiToken) -> None:
    """Note that a token was used, once a minute at most; the clock is the database's.

    A row that somebody else holds is left alone and an error is only logged: no call waits or fails for a note.
    """
    if token.last_used_at is not None and abs(timezone.now() - token.last_used_at) < STAMPED_FOR:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(_STAMP, [token.pk, STAMPED_FOR.total_seconds()])
    except DatabaseError as error:
        log.info("the last use of an API token was not noted: %s", error)
