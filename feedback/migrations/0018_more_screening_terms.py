"""The phrases that came with the site, as its file has them today. What staff wrote or switched stays as they left it."""

import csv
from pathlib import Path

from django.db import migrations

import members

FILE = Path(members.__file__).parent / "data" / "screening.csv"


def put_terms(apps, schema_editor):
    term = apps.get_model("feedback", "ScreeningTerm")
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    listed = {row["pattern"] for row in rows}
    untouched = term.objects.filter(changed_at=None, is_active=True).values_list("pk", "pattern")
    no_longer = [pk for pk, pattern in untouched if pattern not in listed]
    term.objects.filter(pk__in=no_longer).update(is_active=False)
    term.objects.bulk_create([term(**row) for row in rows], ignore_conflicts=True, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("feedback", "0017_pairs")]
    operations = [migrations.RunPython(put_terms, migrations.RunPython.noop)]
