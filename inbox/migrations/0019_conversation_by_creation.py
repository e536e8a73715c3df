from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """An index that is built while others write."""

    atomic = False
    dependencies = [("inbox", "0018_contact_by_sign_up")]

    operations = [
        AddIndexConcurrently(
            "conversation",
            models.Index(fields=["workspace", "created_at"], name="conversation_by_creation"),
        ),
    ]
