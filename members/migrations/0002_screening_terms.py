"""The phrases that the screening begins with; from then on staff keep them."""

import csv
from pathlib import Path

from django.db import migrations

FILE = Path(__file__).parent.parent / "data" / "screening.csv"


def put_terms(apps, schema_editor):
    term = apps.get_model("members", "ScreeningTerm")
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [term(**row) for row in csv.DictReader(file)]
    term.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial")]
    operations = [migrations.RunPython(put_terms, migrations.RunPython.noop)]
