from typing import Any

from django.db import migrations

from notifications.defaults import default_routes


def add(apps: Any, schema_editor: Any) -> None:
    """Give each workspace that has no routes those that a new one begins with."""
    rule, teammate = apps.get_model("notifications", "Rule"), apps.get_model("people", "Teammate")
    workspaces = apps.get_model("people", "Workspace").objects.exclude(rules__face="route")
    for pk in workspaces.order_by("pk").values_list("pk", flat=True).iterator():
        owners = teammate.objects.filter(workspace_id=pk, role="owner", left_at__isnull=True)
        handle = owners.order_by("pk").values_list("handle", flat=True).first() or ""
        rule.objects.bulk_create(rule(workspace_id=pk, face="route", **fields) for fields in default_routes(handle))


class Migration(migrations.Migration):
    """Routes for the workspaces that were there before routes were. Going back leaves them."""

    dependencies = [("notifications", "0001_spine"), ("people", "0004_token_maker")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop, elidable=True)]
