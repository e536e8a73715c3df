from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """An index that is built while others write."""

    atomic = False
    dependencies = [("notifications", "0012_default_automations")]

    operations = [
        AddIndexConcurrently(
            "event",
            models.Index(
                condition=models.Q(("topic__in", ["financials", "client-feedback"])),
                fields=["workspace", "topic", "occurred_at"],
                name="event_of_week",
            ),
        ),
    ]
