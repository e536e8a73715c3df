from django.db import migrations

ROWS = 500


def fill(apps, schema_editor):
    """Have the triggers of 0007 fill what was there before them: a few rows at a time, so that nobody waits."""
    for name in ("Teammate", "Team"):
        unfilled = apps.get_model("people", name).objects.filter(sought=None).order_by("pk")
        after = 0
        while some := list(unfilled.filter(pk__gt=after).values_list("pk", flat=True)[:ROWS]):
            unfilled.model.objects.filter(pk__in=some).update(sought=None)
            after = some[-1]


class Migration(migrations.Migration):
    """Outside a transaction: no lock is held for longer than some rows take, and it may be tried again."""

    atomic = False
    dependencies = [("people", "0007_sought")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
