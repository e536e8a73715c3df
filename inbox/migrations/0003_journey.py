from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns that may be empty: no row is written."""

    dependencies = [("inbox", "0002_house")]

    operations = [
        migrations.AddField("contact", "onboarded_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("contact", "stalled_at", models.DateTimeField(blank=True, null=True)),
    ]
