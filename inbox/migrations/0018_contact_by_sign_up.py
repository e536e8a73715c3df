from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """An index that is built while others write."""

    atomic = False
    dependencies = [("inbox", "0017_account_by_upper_name")]

    operations = [
        AddIndexConcurrently(
            "contact",
            models.Index(
                condition=models.Q(("root__isnull", True), ("signed_up_at__isnull", False)),
                fields=["workspace", "signed_up_at"],
                name="contact_by_sign_up",
            ),
        ),
    ]
