from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """An index that is built while others write."""

    atomic = False
    dependencies = [("inbox", "0009_contact_by_root")]

    operations = [
        AddIndexConcurrently(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("root__isnull", True)),
                fields=["workspace", "-created_at", "-id"],
                name="contact_by_creation",
            ),
        ),
    ]
