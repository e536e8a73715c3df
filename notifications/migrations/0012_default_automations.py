from typing import Any

from django.db import migrations

from notifications.automations.defaults import add_to


def add(apps: Any, schema_editor: Any) -> None:
    """Give each workspace the messages that a new one begins with."""
    models = [apps.get_model("notifications", name) for name in ("Rule", "Automation", "AutomationVersion")]
    for pk in apps.get_model("people", "Workspace").objects.order_by("pk").values_list("pk", flat=True).iterator():
        add_to(pk, *models)


class Migration(migrations.Migration):
    """A few rows of each workspace. Going back leaves them: the tables go with the migration before."""

    dependencies = [("notifications", "0011_automations")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop, elidable=True)]
