import django.db.models.deletion
from django.db import migrations, models

import inbox.people.ids
import inbox.people.secrets


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0003_scheduled_run"),
        ("people", "0004_token_maker"),
    ]

    operations = [
        migrations.CreateModel(
            name="PushKeys",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("private", inbox.people.secrets.EncryptedTextField(blank=True, default="")),
                ("public", models.CharField(max_length=100)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name_plural": "push keys",
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="one_pair_of_push_keys")],
            },
        ),
        migrations.CreateModel(
            name="PushSubscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=inbox.people.ids.new_public_id, editable=False, unique=True)),
                ("label", models.CharField(blank=True, default="", max_length=200)),
                ("endpoint", models.CharField(max_length=1000, unique=True)),
                ("p256dh", models.CharField(max_length=100)),
                ("auth", inbox.people.secrets.EncryptedTextField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "teammate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="push_subscriptions",
                        to="people.teammate",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="people.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["workspace", "teammate"], name="push_of_teammate")],
            },
        ),
    ]
