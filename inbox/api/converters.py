"""What stands in an address of the API beside ids."""

from __future__ import annotations

from django.urls.converters import StringConverter


class ExternalIdConverter(StringConverter):
    """An id that a customer's own system gives: whatever it holds, it is an id, and the view says whether it can be
    one. Django's `path` takes all but line breaks, whose address would lead nowhere."""

    regex = "(?s:.+)"
