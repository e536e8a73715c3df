from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """An index that is built while others write."""

    atomic = False
    dependencies = [("inbox", "0011_contact_by_last_seen")]

    operations = [
        AddIndexConcurrently(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("root__isnull", True)), fields=["workspace", "name", "id"], name="contact_by_name"
            ),
        ),
    ]
