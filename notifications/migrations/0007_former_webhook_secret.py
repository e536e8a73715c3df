from django.db import migrations, models

from inbox.people.secrets import EncryptedTextField


class Migration(migrations.Migration):
    """Two columns that may be empty: no row is written."""

    dependencies = [("notifications", "0006_route_of_those_who_wait")]

    operations = [
        migrations.AddField("webhooksecret", "previous", EncryptedTextField(blank=True, null=True)),
        migrations.AddField("webhooksecret", "rolled_at", models.DateTimeField(blank=True, null=True)),
    ]
