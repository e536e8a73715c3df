import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Tables of their own for automated messages. No row of another one is written; the choices of a cause are not the
    database's."""

    dependencies = [
        ("notifications", "0010_unread"),
        ("people", "0008_fill_sought"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailTracking",
            fields=[
                (
                    "workspace",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="people.workspace",
                    ),
                ),
                ("enabled", models.BooleanField(default=False)),
            ],
        ),
        migrations.AlterField(
            model_name="delivery",
            name="cause",
            field=models.CharField(
                blank=True,
                choices=[
                    ("grouped", "told in an earlier message"),
                    ("capped", "held back: too many in a row"),
                    ("muted", "the route is muted"),
                    ("quiet", "quiet hours"),
                    ("nobody", "nobody to send to"),
                    ("not_connected", "no credentials"),
                    ("expired", "too late to be worth telling"),
                    ("route_off", "the route was switched off before it went out"),
                    ("route_deleted", "the route was deleted before it went out"),
                    ("seen", "they had seen it already"),
                    ("no_sight", "they may not see it any more"),
                    ("preference_off", "they chose not to be told this way"),
                    ("bounced", "mail to their address came back"),
                    ("unverified", "their address is only claimed"),
                    ("unsubscribed", "they unsubscribed"),
                    ("enough", "they have had it often enough"),
                    ("empty", "it says nothing for this event"),
                    ("message_off", "the message was switched off before it went out"),
                    ("message_gone", "the message was deleted before it went out"),
                ],
                default="",
                max_length=14,
            ),
        ),
        migrations.CreateModel(
            name="Automation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("default", models.CharField(blank=True, default="", max_length=40)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("actor", "whoever caused it"),
                            ("contact", "the contact that it is about"),
                            ("teammates", "teammates"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10), blank=True, default=list, size=None
                    ),
                ),
                (
                    "skills",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=50), blank=True, default=list, size=None
                    ),
                ),
                (
                    "teams",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=39), blank=True, default=list, size=None
                    ),
                ),
                (
                    "permissions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                    ),
                ),
                ("subject", models.CharField(max_length=300)),
                ("body", models.TextField()),
                ("is_transactional", models.BooleanField(default=False)),
                ("most", models.PositiveIntegerField(default=0)),
                ("most_seconds", models.PositiveIntegerField(default=0)),
                ("quiet", models.JSONField(blank=True, default=dict)),
                (
                    "quiet_zone",
                    models.CharField(
                        choices=[("recipient", "the recipient's"), ("workspace", "the workspace's")],
                        default="recipient",
                        max_length=9,
                    ),
                ),
                (
                    "rule",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="automation", to="notifications.rule"
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.teammate",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="automations",
                        to="people.workspace",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AutomationVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=80)),
                ("subject", models.CharField(max_length=300)),
                ("body", models.TextField()),
                ("settings", models.JSONField(default=dict)),
                ("by_name", models.CharField(blank=True, default="", max_length=120)),
                ("restores", models.PositiveIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "automation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="notifications.automation",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
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
        ),
        migrations.CreateModel(
            name="Unsubscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(max_length=254)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
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
        ),
        migrations.CreateModel(
            name="AutomatedDelivery",
            fields=[
                (
                    "delivery",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="automated",
                        serialize=False,
                        to="notifications.delivery",
                    ),
                ),
                ("recipient", models.CharField(max_length=50)),
                ("version", models.PositiveIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("clicked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "rule",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="notifications.rule",
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
                "verbose_name_plural": "automated deliveries",
                "indexes": [
                    models.Index(fields=["rule", "recipient", "-created_at"], name="automated_by_recipient"),
                    models.Index(fields=["workspace", "rule", "version"], name="automated_by_version"),
                    models.Index(fields=["rule", "-delivery"], name="automated_by_time"),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="automation",
            index=models.Index(fields=["workspace", "rule"], name="automation_of_workspace"),
        ),
        migrations.AddConstraint(
            model_name="automation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("default", ""), _negated=True),
                fields=("workspace", "default"),
                name="default_automation_is_made_once",
            ),
        ),
        migrations.AddIndex(
            model_name="automationversion",
            index=models.Index(fields=["workspace", "automation", "-number"], name="version_of_automation"),
        ),
        migrations.AddConstraint(
            model_name="automationversion",
            constraint=models.UniqueConstraint(
                fields=("automation", "number"), name="automation_version_has_one_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="unsubscription",
            constraint=models.UniqueConstraint(fields=("workspace", "address"), name="unsubscribed_once"),
        ),
    ]
