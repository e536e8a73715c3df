"""Why a profile could not be written."""

from __future__ import annotations


class ExternalIdTaken(ValueError):
    """Another profile of the workspace has this external id."""

    def __init__(self, external_id: str) -> None:
        super().__init__(f"The external id {external_id!r} belongs to another.")
        self.external_id = external_id


class AttributesTooLarge(ValueError):
    """The attributes would be larger than a profile may hold."""


class AttributeRefused(ValueError):
    """A value is not of the type that its field has. `key` is the field's, `why` says what it takes."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(f"{key}: {why}")
        self.key = key
        self.why = why
