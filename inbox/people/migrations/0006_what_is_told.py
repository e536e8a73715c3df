from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns with a default of the database's own: no row is written."""

    dependencies = [
        ("people", "0005_answer_within"),
    ]

    operations = [
        migrations.AddField(
            model_name="workspace",
            name="email_after_seconds",
            field=models.PositiveIntegerField(db_default=120, default=120),
        ),
        migrations.AddField(
            model_name="workspace",
            name="push_shows_text",
            field=models.BooleanField(db_default=True, default=True),
        ),
    ]
