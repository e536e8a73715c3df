from django.db import migrations, models


class Migration(migrations.Migration):
    """A column with a default of the database's own: no row is written."""

    dependencies = [("people", "0004_token_maker")]

    operations = [
        migrations.AddField(
            "workspace", "answer_within_minutes", models.PositiveSmallIntegerField(db_default=30, default=30)
        ),
    ]
