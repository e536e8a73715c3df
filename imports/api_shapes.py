"""What `/api/v1/imports/` takes and answers."""

from __future__ import annotations

import json
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from imports.models import Existing, ImportStatus, Key, Source
from inbox.api.fields import Choice, Instant, PlainText

# Characters of a mapping as JSON.
MOST_MAPPING = 512 * 1024


class CountsSerializer(serializers.Serializer[Any]):
    """What became of something that came along."""

    created = serializers.IntegerField()
    updated = serializers.IntegerField()


class ImportSerializer(serializers.Serializer[Any]):
    """One file, or one sync with another system. The four outcomes and what remains add up to `total`."""

    id = serializers.UUIDField()
    source = Choice("ImportSource", Source.values)  # type: ignore[assignment]
    name = serializers.CharField(allow_null=True, help_text="The file's.")
    status = Choice("ImportStatus", ImportStatus.values)
    dry_run = serializers.BooleanField(help_text="Whether it only counts what would come of it.")
    total = serializers.IntegerField(help_text="Rows; 0 until they are counted.")
    remaining = serializers.IntegerField()
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    refused_url = serializers.URLField(
        allow_null=True, help_text="The refused rows with the reasons, as CSV, for this token; null: there are none."
    )
    accounts = CountsSerializer()
    batches_remaining = serializers.IntegerField()
    rows_per_second = serializers.FloatField(allow_null=True, help_text="Of late; null unless it is running.")
    error = serializers.CharField(allow_null=True, help_text="Why it failed, and what to do.")
    created_at = Instant()
    finished_at = Instant(allow_null=True)


@extend_schema_field({"type": "string", "format": "binary"})
class FileField(serializers.FileField):
    """A file of a form."""


@extend_schema_field({"type": "string", "contentMediaType": "application/json", "maxLength": MOST_MAPPING})
class MappingField(serializers.CharField):
    """A JSON object: the names of columns, and the field that each is."""

    default_error_messages = {"no_object": "Send a JSON object of texts: column to field."}

    def to_internal_value(self, data: Any) -> Any:
        """Return it as a dictionary of texts."""
        try:
            said = json.loads(super().to_internal_value(data))
        except (ValueError, RecursionError):
            self.fail("no_object")
        if not isinstance(said, dict) or not all(isinstance(value, str) for value in said.values()):
            self.fail("no_object")
        return said


class ImportInputSerializer(serializers.Serializer[Any]):
    """A CSV file, and how it is taken: what is left out is found out, or as the last time."""

    file = FileField(allow_empty_file=True, help_text="CSV in any encoding, with any delimiter, 5 GB at most.")
    mapping = MappingField(
        required=False,
        max_length=MOST_MAPPING,
        help_text='JSON, column to field: `{"E-Mail": "email", "Firma": "account.name", "Tarif": "attributes.plan"}`. '
        "Columns that are not in it are left out. Without it the columns are proposed by their names and content.",
    )
    key = Choice("ImportKey", Key.values, required=False, help_text="By what a row is taken for a contact that exists.")
    existing = Choice("ImportExisting", Existing.values, required=False, help_text="What is done with those who exist.")
    dry_run = serializers.BooleanField(required=False, help_text="Count what would come of it, and write nothing.")
    name = PlainText(255, required=False, help_text="The file's name, where it is not the file's own.")


class SyncOptionsSerializer(serializers.Serializer[Any]):
    """What a sync brings beside contacts and companies."""

    tags = serializers.BooleanField(required=False)
    conversations = serializers.BooleanField(required=False)
    full = serializers.BooleanField(required=False, help_text="Everything, not only what has changed since the last.")


class SyncInputSerializer(serializers.Serializer[Any]):
    """Another system that is connected, and what is brought from it."""

    source = Choice("SyncSource", [Source.INTERCOM.value])  # type: ignore[assignment]
    options = SyncOptionsSerializer(required=False)
    dry_run = serializers.BooleanField(required=False)
