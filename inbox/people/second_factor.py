"""Second factors in our words."""

from __future__ import annotations

from typing import Any

from allauth.core import context
from allauth.mfa.models import Authenticator

from inbox.people.devices import device
from inbox.people.mfa import MfaAdapter


class SecondFactorAdapter(MfaAdapter):
    error_messages = {
        **MfaAdapter.error_messages,
        "incorrect_code": (
            "This code is not right. Codes of an app change every 30 seconds and work once: wait for the next one. "
            "If that is refused, too, check your phone's clock: it has to be set automatically."
        ),
        "unverified_email": "Prove your address first: we mail you a code when you sign in.",
    }

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return for whom passkeys are made: the host's name, shown as ours."""
        return {**super().get_public_key_credential_rp_entity(), "name": "Frontdesk"}

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        """Return what a new passkey is called unless its owner says otherwise: the browser that made it."""
        made_by = device(context.request.headers.get("User-Agent", ""))
        return f"Passkey of {made_by}" if made_by else "Passkey"
