from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0004_push")]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="by_hand",
            field=models.BooleanField(db_default=False, default=False),
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
                ],
                default="",
                max_length=14,
            ),
        ),
    ]
