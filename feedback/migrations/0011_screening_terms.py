"""The phrases that the screening begins with; from then on staff keep them."""

import csv
from pathlib import Path

from django.db import migrations

import members

FILE = Path(members.__file__).parent / "data" / "screening.csv"


def put_terms(apps, schema_editor):
    term = apps.get_model("feedback", "ScreeningTerm")
    with FILE.open(encoding="utf-8", newline="") as file:
        term.objects.bulk_create([term(**row) for row in csv.DictReader(file)], ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("feedback", "0010_screening")]
    operations = [migrations.RunPython(put_terms, migrations.RunPython.noop)]
