"""Until now a drawn round was seen by its members at once."""

from django.db import migrations
from django.db.models import F


def publish_drawn_rounds(apps, schema_editor):
    apps.get_model("events", "Round").objects.filter(published_at=None).update(published_at=F("drawn_at"))


class Migration(migrations.Migration):
    dependencies = [("events", "0008_the_evening")]
    operations = [migrations.RunPython(publish_drawn_rounds, migrations.RunPython.noop)]
