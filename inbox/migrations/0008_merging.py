import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.utils.timezone
import inbox.people.ids
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    """Tables of their own, and columns that running code need not know."""

    dependencies = [
        ("inbox", "0007_mentions"),
        ("people", "0006_what_is_told"),
    ]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name="AttributeDefinition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=inbox.people.ids.new_public_id, editable=False, unique=True)),
                ("of", models.CharField(choices=[("contact", "Contact"), ("account", "Account")], max_length=7)),
                ("key", models.CharField(max_length=80)),
                ("label", models.CharField(max_length=80)),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("number", "Number"),
                            ("boolean", "Boolean"),
                            ("date", "Date"),
                            ("url", "Url"),
                            ("list", "List"),
                        ],
                        max_length=7,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="ContactDevice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("device", models.UUIDField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="ErasedHandle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=12)),
                ("digest", models.CharField(max_length=64)),
                ("erased_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=inbox.people.ids.new_public_id, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("contacts", "Contacts"), ("accounts", "Accounts"), ("person", "Person")], max_length=8
                    ),
                ),
                ("query", models.CharField(blank=True, max_length=4000)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("running", "Running"),
                            ("finished", "Finished"),
                            ("failed", "Failed"),
                        ],
                        default="pending",
                        max_length=8,
                    ),
                ),
                ("rows", models.PositiveIntegerField(default=0)),
                ("file", models.CharField(blank=True, max_length=200)),
                ("error", models.CharField(blank=True, max_length=300)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="MatchKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=inbox.people.ids.new_public_id, editable=False, unique=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("fields", models.JSONField(blank=True, default=dict)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="MergeSuggestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=inbox.people.ids.new_public_id, editable=False, unique=True)),
                ("score", models.FloatField()),
                ("reasons", models.JSONField(default=list)),
                (
                    "status",
                    models.CharField(
                        choices=[("pending", "Pending"), ("accepted", "Accepted"), ("dismissed", "Dismissed")],
                        default="pending",
                        max_length=9,
                    ),
                ),
                ("dismissed_evidence", models.JSONField(blank=True, default=list)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="PersonNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=inbox.people.ids.new_public_id, editable=False, unique=True)),
                ("text", models.TextField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("edited_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Segment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=inbox.people.ids.new_public_id, editable=False, unique=True)),
                ("of", models.CharField(choices=[("contact", "Contact"), ("account", "Account")], max_length=7)),
                ("name", models.CharField(max_length=80)),
                ("query", models.CharField(blank=True, max_length=4000)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="SharedHandle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("email", "Email"), ("phone", "Phone"), ("device", "Device")], max_length=6
                    ),
                ),
                ("value", models.CharField(max_length=254)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.AddField(
            model_name="contact",
            name="root",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="attached",
                to="inbox.contact",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="suggestion_count",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="contact",
            name="widget_name",
            field=models.CharField(blank=True, max_length=255, null=True),
        ),
        migrations.AddField(
            model_name="visitor",
            name="device",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="attributedefinition",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="attribute_definitions",
                to="people.workspace",
            ),
        ),
        migrations.AddField(
            model_name="contactdevice",
            name="contact",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="devices", to="inbox.contact"
            ),
        ),
        migrations.AddField(
            model_name="contactdevice",
            name="workspace",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.workspace"
            ),
        ),
        migrations.AddField(
            model_name="erasedhandle",
            name="workspace",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.workspace"
            ),
        ),
        migrations.AddField(
            model_name="export",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.teammate"
            ),
        ),
        migrations.AddField(
            model_name="export",
            name="contact",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="inbox.contact"
            ),
        ),
        migrations.AddField(
            model_name="export",
            name="workspace",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.workspace"
            ),
        ),
        migrations.AddField(
            model_name="matchkey",
            name="contact",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="match_keys",
                to="inbox.contact",
            ),
        ),
        migrations.AddField(
            model_name="matchkey",
            name="workspace",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.workspace"
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="people.teammate"
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="loser",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="merges_lost", to="inbox.contact"
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="undone_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="people.teammate"
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="winner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="merges_won", to="inbox.contact"
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="merges",
                to="people.workspace",
            ),
        ),
        migrations.AddField(
            model_name="mergesuggestion",
            name="candidate",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="suggested_for", to="inbox.contact"
            ),
        ),
        migrations.AddField(
            model_name="mergesuggestion",
            name="contact",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="suggestions", to="inbox.contact"
            ),
        ),
        migrations.AddField(
            model_name="mergesuggestion",
            name="decided_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="people.teammate"
            ),
        ),
        migrations.AddField(
            model_name="mergesuggestion",
            name="merge",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="suggestions",
                to="inbox.merge",
            ),
        ),
        migrations.AddField(
            model_name="mergesuggestion",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="merge_suggestions",
                to="people.workspace",
            ),
        ),
        migrations.AddField(
            model_name="personnote",
            name="contact",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="inbox.contact"
            ),
        ),
        migrations.AddField(
            model_name="personnote",
            name="teammate",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="people.teammate"
            ),
        ),
        migrations.AddField(
            model_name="personnote",
            name="workspace",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.workspace"
            ),
        ),
        migrations.AddField(
            model_name="segment",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="people.teammate"
            ),
        ),
        migrations.AddField(
            model_name="segment",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="segments",
                to="people.workspace",
            ),
        ),
        migrations.AddField(
            model_name="sharedhandle",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="people.teammate"
            ),
        ),
        migrations.AddField(
            model_name="sharedhandle",
            name="workspace",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="shared_handles",
                to="people.workspace",
            ),
        ),
        migrations.AddConstraint(
            model_name="attributedefinition",
            constraint=models.UniqueConstraint(fields=("workspace", "of", "key"), name="attribute_key_is_unique"),
        ),
        migrations.AddIndex(
            model_name="contactdevice",
            index=models.Index(fields=["workspace", "device"], name="contact_by_device"),
        ),
        migrations.AddConstraint(
            model_name="contactdevice",
            constraint=models.UniqueConstraint(fields=("contact", "device"), name="device_once_per_contact"),
        ),
        migrations.AddConstraint(
            model_name="erasedhandle",
            constraint=models.UniqueConstraint(fields=("workspace", "kind", "digest"), name="erased_handle_once"),
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(fields=["workspace", "by", "-id"], name="export_list"),
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(
                condition=models.Q(("status__in", ("pending", "running"))), fields=["id"], name="export_to_make"
            ),
        ),
        migrations.AddIndex(
            model_name="matchkey",
            index=models.Index(fields=["workspace", "key", "contact"], name="match_key_search"),
        ),
        migrations.AddConstraint(
            model_name="matchkey",
            constraint=models.UniqueConstraint(fields=("contact", "key"), name="match_key_once_per_contact"),
        ),
        migrations.AddIndex(
            model_name="merge",
            index=models.Index(fields=["workspace", "-id"], name="merge_list"),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)), fields=("loser",), name="contact_is_merged_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(("winner", models.F("loser")), _negated=True), name="merge_is_of_two"
            ),
        ),
        migrations.AddIndex(
            model_name="mergesuggestion",
            index=models.Index(fields=["workspace", "status", "-updated_at", "-id"], name="suggestion_list"),
        ),
        migrations.AddConstraint(
            model_name="mergesuggestion",
            constraint=models.UniqueConstraint(
                models.F("workspace"),
                django.db.models.functions.comparison.Least("contact", "candidate"),
                django.db.models.functions.comparison.Greatest("contact", "candidate"),
                name="suggested_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="mergesuggestion",
            constraint=models.CheckConstraint(
                condition=models.Q(("contact", models.F("candidate")), _negated=True), name="suggestion_is_of_two"
            ),
        ),
        migrations.AddIndex(
            model_name="personnote",
            index=models.Index(fields=["workspace", "contact", "-id"], name="note_by_contact"),
        ),
        migrations.AddConstraint(
            model_name="segment",
            constraint=models.UniqueConstraint(fields=("workspace", "of", "name"), name="segment_name_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="sharedhandle",
            constraint=models.UniqueConstraint(fields=("workspace", "kind", "value"), name="shared_handle_once"),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(fields=["workspace", "name", "id"], name="account_by_name"),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                condition=models.Q(("domain", ""), _negated=True),
                fields=["workspace", "domain"],
                name="account_by_domain",
            ),
        ),
    ]
