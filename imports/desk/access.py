"""Which import a page is about."""

from __future__ import annotations

import uuid

from django.shortcuts import get_object_or_404

from imports.models import Import
from inbox.people.models import Teammate


def import_of(teammate: Teammate, public_id: uuid.UUID) -> Import:
    """Return an import of the teammate's workspace. Raises Http404."""
    found = Import.objects.select_related("workspace", "by__user")
    return get_object_or_404(found, workspace=teammate.workspace_id, public_id=public_id)
