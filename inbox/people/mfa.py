"""What django-allauth asks us about second factors."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter

from inbox.people import secrets

# How every Fernet token begins: its version, and the first bytes of a time before the year 2106. What was kept in
# clear before this adapter never does: TOTP secrets are capital letters and digits, seeds of recovery codes are hex.
_ENCRYPTED = "gAAAAA"


def is_encrypted(text: str) -> bool:
    """Whether a stored secret is encrypted, or from before that was so."""
    return text.startswith(_ENCRYPTED)


class MfaAdapter(DefaultMFAAdapter):
    """Keeps TOTP secrets and the seeds of recovery codes encrypted under FRONTDESK_KEYS."""

    def encrypt(self, text: str) -> str:
        return secrets.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret. Raises InvalidToken if no key fits: anybody could work out the codes of an empty one."""
        return secrets.decrypt(encrypted_text) if is_encrypted(encrypted_text) else encrypted_text
