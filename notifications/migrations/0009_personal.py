import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """What it takes to tell one teammate. Columns that may be null, or whose default is the database's: no row is
    written.

    The unique index on rules is safe because they are few: a workspace has some dozens, and no preferences yet.
    """

    dependencies = [
        ("notifications", "0008_push_session"),
        ("people", "0006_what_is_told"),
    ]

    operations = [
        migrations.CreateModel(
            name="BouncedAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.EmailField(max_length=254, unique=True)),
                ("reason", models.CharField(blank=True, default="", max_length=300)),
                ("bounced_at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "bounced addresses",
            },
        ),
        migrations.CreateModel(
            name="Schedule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "hours",
                    models.CharField(
                        choices=[
                            ("workspace", "the workspace's business hours"),
                            ("own", "my own hours"),
                            ("always", "always"),
                        ],
                        default="workspace",
                        max_length=9,
                    ),
                ),
                ("own_hours", models.JSONField(blank=True, default=dict)),
                ("quiet_until", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.AddField(
            model_name="delivery",
            name="conversation",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="delivery",
            name="read_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="delivery",
            name="seq",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="delivery",
            name="teammate",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="people.teammate",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="conversation",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="notice",
            name="kind",
            field=models.CharField(blank=True, db_default="", default="", max_length=80),
        ),
        migrations.AddField(
            model_name="pushsubscription",
            name="error",
            field=models.CharField(blank=True, db_default="", default="", max_length=300),
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
                ],
                default="",
                max_length=14,
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.UniqueConstraint(
                condition=models.Q(("face", "preference")),
                fields=("teammate", "name", "transport"),
                name="preference_is_chosen_once",
            ),
        ),
        migrations.AddField(
            model_name="schedule",
            name="teammate",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="schedule", to="people.teammate"
            ),
        ),
        migrations.AddField(
            model_name="schedule",
            name="workspace",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.workspace"
            ),
        ),
        migrations.AddIndex("schedule", models.Index(fields=["workspace", "teammate"], name="schedule_of_teammate")),
    ]
