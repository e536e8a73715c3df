"""Where an import is found, as an address for messages."""

from __future__ import annotations

from imports.models import Import
from notifications.wording import absolute


def page(import_: Import) -> str:
    """Return the address of an import's page in the desk."""
    return absolute(f"/imports/{import_.public_id}/")


def refused(import_: Import) -> str:
    """Return where its refused rows are downloaded in the desk."""
    return absolute(f"/imports/{import_.public_id}/refused/")
