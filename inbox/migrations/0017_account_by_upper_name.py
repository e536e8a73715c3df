import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """An index that is built while others write."""

    atomic = False
    dependencies = [("inbox", "0016_likeness_check")]

    operations = [
        AddIndexConcurrently(
            model_name="account",
            index=models.Index(
                models.F("workspace"), django.db.models.functions.text.Upper("name"), name="account_by_upper_name"
            ),
        ),
    ]
