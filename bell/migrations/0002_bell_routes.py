from typing import Any

from django.db import migrations

from bell.routes import ROUTES


def add(apps: Any, schema_editor: Any) -> None:
    """Give each workspace that has no route to a bell those that a new one begins with."""
    rule = apps.get_model("notifications", "Rule")
    without = apps.get_model("people", "Workspace").objects.exclude(rules__transport="bell")
    for pk in without.order_by("pk").values_list("pk", flat=True).iterator():
        rule.objects.bulk_create(rule(workspace_id=pk, face="route", transport="bell", **fields) for fields in ROUTES)


class Migration(migrations.Migration):
    """Routes for the workspaces that were there before bells were. Going back leaves them."""

    dependencies = [("bell", "0001_bells"), ("notifications", "0002_default_routes")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop, elidable=True)]
