from typing import Any

from django.db import migrations

PLAIN: dict[str, Any] = {
    "purpose": "New conversations, until somebody picks them up. For support.",
    "kinds": ["conversation.started"],
    "condition": 'data.by == "contact"',
}
WITH_WAITING: dict[str, Any] = {
    "purpose": "New conversations until somebody picks them up, and those that wait too long. For support.",
    "kinds": ["conversation.started", "conversation.waiting"],
    "condition": 'kind == "conversation.waiting" || data.by == "contact"',
}


def _change(apps: Any, before: dict[str, Any], after: dict[str, Any]) -> None:
    routes = apps.get_model("notifications", "Rule").objects.filter(face="route", name="Conversations")
    routes.filter(kinds=before["kinds"], condition=before["condition"]).update(
        kinds=after["kinds"], condition=after["condition"]
    )
    # Somebody's own words stay.
    routes.filter(kinds=after["kinds"], purpose=before["purpose"]).update(purpose=after["purpose"])


def add(apps: Any, schema_editor: Any) -> None:
    """Have the route for conversations, where nobody has changed it, take those that wait too long."""
    _change(apps, PLAIN, WITH_WAITING)


def remove(apps: Any, schema_editor: Any) -> None:
    """Take them out again."""
    _change(apps, WITH_WAITING, PLAIN)


class Migration(migrations.Migration):
    """A few rows of each workspace, by no model's own code."""

    dependencies = [("notifications", "0005_by_hand")]

    operations = [migrations.RunPython(add, remove, elidable=True)]
