from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """An index that is built while others write."""

    atomic = False
    dependencies = [("notifications", "0009_personal")]

    operations = [
        AddIndexConcurrently(
            "delivery",
            models.Index(
                condition=models.Q(("read_at__isnull", True), ("teammate__isnull", False)),
                fields=["teammate", "conversation"],
                name="delivery_unread",
            ),
        ),
    ]
