from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """An index that is built while others write."""

    atomic = False
    dependencies = [("inbox", "0012_contact_by_name")]

    operations = [
        AddIndexConcurrently(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("suggestion_count__gt", 0)),
                fields=["workspace", "-updated_at", "-id"],
                name="contact_with_suggestion",
            ),
        ),
    ]
