from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0022_judged_texts")]

    operations = [
        migrations.AddField(
            model_name="event",
            name="calendar_changed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
