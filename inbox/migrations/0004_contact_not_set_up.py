from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """An index that is built while others write."""

    atomic = False
    dependencies = [("inbox", "0003_journey")]

    operations = [
        AddIndexConcurrently(
            "contact",
            models.Index(
                condition=models.Q(
                    ("onboarded_at__isnull", True), ("signed_up_at__isnull", False), ("stalled_at__isnull", True)
                ),
                fields=["signed_up_at"],
                name="contact_not_set_up",
            ),
        ),
    ]
