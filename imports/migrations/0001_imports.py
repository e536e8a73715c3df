

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import inbox.people.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('inbox', '0016_likeness_check'),
        ('people', '0008_fill_sought'),
    ]

    operations = [
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=inbox.people.ids.new_public_id, editable=False, unique=True)),
                ('number', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('1 accounts', 'accounts'), ('2 contacts', 'contacts'), ('3 conversations', 'conversations')], max_length=20)),
                ('status', models.CharField(choices=[('pending', 'Pending'), ('done', 'Done'), ('undone', 'Undone')], default='pending', max_length=7)),
                ('file', models.CharField(blank=True, max_length=200)),
                ('verdicts', models.JSONField(blank=True, default=dict)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('created', models.PositiveIntegerField(default=0)),
                ('updated', models.PositiveIntegerField(default=0)),
                ('unchanged', models.PositiveIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('refusals', models.JSONField(blank=True, default=list)),
                ('made', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None)),
                ('applied_at', models.DateTimeField(blank=True, null=True)),
                ('indexed_at', models.DateTimeField(blank=True, null=True)),
                ('leased_until', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('error', models.CharField(blank=True, max_length=500)),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=inbox.people.ids.new_public_id, editable=False, unique=True)),
                ('source', models.CharField(choices=[('csv', 'CSV'), ('intercom', 'Intercom')], max_length=10)),
                ('name', models.CharField(blank=True, max_length=255)),
                ('status', models.CharField(choices=[('uploading', 'Uploading'), ('ready', 'Ready'), ('planning', 'Planning'), ('running', 'Running'), ('paused', 'Paused'), ('finished', 'Finished'), ('failed', 'Failed'), ('cancelled', 'Cancelled'), ('undoing', 'Undoing'), ('undone', 'Undone')], default='uploading', max_length=10)),
                ('dry_run', models.BooleanField(default=False)),
                ('size', models.BigIntegerField(default=0)),
                ('parts', models.PositiveIntegerField(default=0)),
                ('file_gone_at', models.DateTimeField(blank=True, null=True)),
                ('dialect', models.JSONField(blank=True, default=dict)),
                ('columns', models.JSONField(blank=True, default=list)),
                ('mapping', models.JSONField(blank=True, default=list)),
                ('key', models.CharField(choices=[('email', 'Email'), ('external_id', 'External Id')], default='email', max_length=11)),
                ('existing', models.CharField(choices=[('update', 'Update'), ('skip', 'Skip')], default='update', max_length=6)),
                ('options', models.JSONField(blank=True, default=dict)),
                ('progress', models.JSONField(blank=True, default=dict)),
                ('total', models.BigIntegerField(default=0)),
                ('created', models.BigIntegerField(default=0)),
                ('updated', models.BigIntegerField(default=0)),
                ('unchanged', models.BigIntegerField(default=0)),
                ('refused', models.BigIntegerField(default=0)),
                ('others', models.JSONField(blank=True, default=dict)),
                ('error', models.CharField(blank=True, max_length=500)),
                ('leased_until', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.teammate')),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='imports', to='people.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.JSONField()),
                ('after', models.JSONField()),
                ('kept', models.JSONField(blank=True, null=True)),
                ('account', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inbox.account')),
                ('batch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='imports.batch')),
                ('contact', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inbox.contact')),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.workspace')),
                ('parent', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='imports.import')),
            ],
        ),
        migrations.AddField(
            model_name='batch',
            name='parent',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='batches', to='imports.import'),
        ),
        migrations.CreateModel(
            name='RememberedMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('headings', models.CharField(max_length=64)),
                ('mapping', models.JSONField()),
                ('key', models.CharField(max_length=11)),
                ('existing', models.CharField(max_length=6)),
                ('used_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='SourceLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(choices=[('csv', 'CSV'), ('intercom', 'Intercom')], max_length=10)),
                ('kind', models.CharField(max_length=12)),
                ('source_id', models.CharField(max_length=255)),
                ('changed_at', models.DateTimeField(blank=True, null=True)),
                ('account', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inbox.account')),
                ('contact', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inbox.contact')),
                ('conversation', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inbox.conversation')),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.workspace')),
            ],
        ),
        migrations.AddIndex(
            model_name='import',
            index=models.Index(fields=['workspace', '-id'], name='import_list'),
        ),
        migrations.AddIndex(
            model_name='import',
            index=models.Index(condition=models.Q(('status__in', ('planning', 'running', 'undoing'))), fields=['due_at'], name='import_to_work'),
        ),
        migrations.AddIndex(
            model_name='import',
            index=models.Index(condition=models.Q(('file_gone_at__isnull', True)), fields=['created_at'], name='import_with_file'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(fields=['batch'], name='change_of_batch'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(fields=['workspace', 'parent', 'id'], name='change_of_import'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(condition=models.Q(('contact__isnull', False)), fields=['contact'], name='change_of_contact'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(condition=models.Q(('account__isnull', False)), fields=['account'], name='change_of_account'),
        ),
        migrations.AddIndex(
            model_name='batch',
            index=models.Index(fields=['parent', 'kind', 'number'], name='batch_of_import'),
        ),
        migrations.AddIndex(
            model_name='batch',
            index=models.Index(condition=models.Q(('status', 'pending')), fields=['parent', 'kind', 'number'], name='batch_to_work'),
        ),
        migrations.AddIndex(
            model_name='batch',
            index=models.Index(condition=models.Q(('indexed_at__isnull', True), ('kind', '2 contacts'), ('status', 'done')), fields=['id'], name='batch_to_index'),
        ),
        migrations.AddConstraint(
            model_name='batch',
            constraint=models.UniqueConstraint(fields=('workspace', 'parent', 'kind', 'number'), name='batch_number_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='rememberedmapping',
            constraint=models.UniqueConstraint(fields=('workspace', 'headings'), name='mapping_is_remembered_once'),
        ),
        migrations.AddIndex(
            model_name='sourcelink',
            index=models.Index(condition=models.Q(('contact__isnull', False)), fields=['contact'], name='link_of_contact'),
        ),
        migrations.AddIndex(
            model_name='sourcelink',
            index=models.Index(condition=models.Q(('account__isnull', False)), fields=['account'], name='link_of_account'),
        ),
        migrations.AddIndex(
            model_name='sourcelink',
            index=models.Index(condition=models.Q(('conversation__isnull', False)), fields=['conversation'], name='link_of_conversation'),
        ),
        migrations.AddConstraint(
            model_name='sourcelink',
            constraint=models.UniqueConstraint(fields=('workspace', 'source', 'kind', 'source_id'), name='source_link_is_unique'),
        ),
    ]
