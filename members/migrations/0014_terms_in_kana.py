"""Phrases that came to the list: what lures, spelt in kana. What staff wrote or switched stays as they left it."""

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
    dependencies = [("members", "0013_screening_terms"), ("feedback", "0021_screening_terms_move")]
    operations = [migrations.RunPython(put_terms, migrations.RunPython.noop)]
