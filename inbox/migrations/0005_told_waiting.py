from django.db import migrations, models


class Migration(migrations.Migration):
    """A column that may be empty: no row is written."""

    dependencies = [("inbox", "0004_contact_not_set_up"), ("people", "0005_answer_within")]

    operations = [
        migrations.AddField("conversation", "told_waiting_since", models.DateTimeField(blank=True, null=True)),
    ]
