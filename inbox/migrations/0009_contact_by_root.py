from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """An index that is built while others write."""

    atomic = False
    dependencies = [("inbox", "0008_merging")]

    operations = [
        AddIndexConcurrently(
            model_name="contact",
            index=models.Index(condition=models.Q(("root__isnull", False)), fields=["root"], name="contact_by_root"),
        ),
    ]
