"""Bearer tokens: whose they are, and as whom they act."""

from __future__ import annotations

from django.utils.functional import cached_property
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from inbox.people.models import ApiToken, Teammate, Workspace
from inbox.people.secrets import token_hash


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


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer TOKEN`."""

    def authenticate(self, request: Request) -> tuple[TokenUser, ApiToken] | None:
        """Return who calls, or None where no bearer token came. Raises AuthenticationFailed for an unknown one."""
        scheme, _, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        found = (
            ApiToken.objects.filter(
                hash=token_hash(token.strip()), revoked_at__isnull=True, acts_as__user__is_active=True
            )
            .select_related("workspace", "acts_as__user", "acts_as__workspace")
            .first()
        )
        if found is None:
            raise AuthenticationFailed("This token is not known, or it was revoked.")
        return TokenUser(found), found

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge that makes a missing token a 401."""
        return "Bearer"
