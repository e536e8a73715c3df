"""The floors of the house, where import-linter cannot look: foreign keys, and the tenant on every row."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

from inbox.people.models import Workspace

FLOOR = {"people": 0, "notifications": 1, "inbox": 2, "imports": 3, "integrations": 3, "bell": 3}
OURS = [model for model in apps.get_models() if model._meta.app_label in FLOOR]
# What exists before, or above, any tenant.
GLOBAL = {
    "people.User",
    "people.Workspace",
    "people.OutgoingMail",
    # An address is one mailbox, whoever writes to it.
    "notifications.BouncedAddress",
    "notifications.ScheduledRun",
    "notifications.Heartbeat",
    "notifications.PushKeys",
}


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_foreign_key_points_to_its_own_floor_or_below(model: type[models.Model]) -> None:
    for field in model._meta.get_fields():
        if isinstance(field, models.ForeignKey) and field.related_model._meta.app_label in FLOOR:
            label, target = model._meta.app_label, field.related_model._meta.app_label
            assert label == target or FLOOR[target] < FLOOR[label], f"{field} points up or sideways to {target}"


@pytest.mark.parametrize("model", [m for m in OURS if m._meta.label not in GLOBAL], ids=lambda model: model._meta.label)
def test_every_tenant_row_names_its_workspace_and_an_index_leads_with_it(model: type[models.Model]) -> None:
    field = model._meta.get_field("workspace")
    assert field.related_model is Workspace
    assert not field.null
    firsts = [index.fields[0].lstrip("-") for index in model._meta.indexes if index.fields]
    firsts += [c.fields[0] for c in model._meta.constraints if isinstance(c, models.UniqueConstraint) and c.fields]
    firsts += [c.expressions[0].name for c in model._meta.constraints if getattr(c, "expressions", ())]
    assert field.primary_key or field.db_index or "workspace" in firsts
