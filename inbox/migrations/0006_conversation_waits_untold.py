from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """An index that is built while others write."""

    atomic = False
    dependencies = [("inbox", "0005_told_waiting")]

    operations = [
        AddIndexConcurrently(
            "conversation",
            models.Index(
                condition=models.Q(
                    ("status", "open"),
                    ("waiting_since__isnull", False),
                    models.Q(
                        ("told_waiting_since__isnull", True),
                        ("told_waiting_since__lt", models.F("waiting_since")),
                        _connector="OR",
                    ),
                ),
                fields=["workspace", "waiting_since"],
                name="conversation_waits_untold",
            ),
        ),
    ]
