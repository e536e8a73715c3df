"""No column is forgotten: a new one needs a word on how an erasure reaches it."""

from __future__ import annotations

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from tests.inbox.contacts.erasing.columns import COLUMNS

HOLD_TEXT = (
    models.CharField, models.TextField, models.JSONField, models.FileField, models.GenericIPAddressField,
    models.BinaryField, models.UUIDField, ArrayField,
)  # fmt: skip
HELD_ELSEWHERE = {"public_id"}  # random, and says nothing once the rest of its row is gone


def test_every_column_that_can_hold_somebody_says_how_an_erasure_reaches_it() -> None:
    explained = {f"{model}.{name}" for model, columns in COLUMNS.items() for names in columns for name in names.split()}
    there = {
        f"{model._meta.label}.{column.name}"
        for model in apps.get_models(include_auto_created=True)
        for column in model._meta.local_concrete_fields
        if isinstance(column, HOLD_TEXT) and not column.choices and column.name not in HELD_ELSEWHERE
    }
    assert there - explained == set(), "Say in columns.py how erasing a person reaches these."
    assert explained - there == set(), "These are not there any more: take them out of columns.py."


def test_each_column_is_explained_once() -> None:
    for model, columns in COLUMNS.items():
        names = [name for named in columns for name in named.split()]
        assert len(names) == len(set(names)), model
        assert all(columns.values())
