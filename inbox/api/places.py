"""Where a route tells something, as the API shows it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from inbox.desk.activity.medium import short_address
from inbox.people.models import Teammate
from inbox.people.permissions import Permission


class Place(serializers.CharField):
    """An address of a transport. The path or query of one on the web may be a secret: whoever may not change routes
    gets its host alone, as on the desk. The teammate comes with the serializer's context."""

    def to_representation(self, value: Any) -> str:
        """Return the address, whole or shortened."""
        teammate: Teammate = self.context["teammate"]
        address: str = super().to_representation(value)
        return address if teammate.may(Permission.MANAGE_WORKSPACE) else short_address(address)
