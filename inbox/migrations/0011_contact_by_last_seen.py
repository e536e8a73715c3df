from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """An index that is built while others write."""

    atomic = False
    dependencies = [("inbox", "0010_contact_by_creation")]

    operations = [
        AddIndexConcurrently(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("last_seen_at__isnull", False), ("root__isnull", True)),
                fields=["workspace", "-last_seen_at", "-id"],
                name="contact_by_last_seen",
            ),
        ),
    ]
