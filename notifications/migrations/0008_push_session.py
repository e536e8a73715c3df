from django.db import migrations, models


class Migration(migrations.Migration):
    """A column with a default of the database's own: no row is written."""

    dependencies = [("notifications", "0007_former_webhook_secret")]

    operations = [
        migrations.AddField(
            "pushsubscription", "session", models.CharField(blank=True, db_default="", default="", max_length=32)
        ),
    ]
