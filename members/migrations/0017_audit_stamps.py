"""Stamps the lines that were written before there were stamps: what stands there now counts as true."""

from django.db import migrations

from members.audit.stamps import STAMPED, Stamps

AT_ONCE = 1000


def stamp(apps, schema_editor):
    lines = apps.get_model("members", "AuditEntry").objects.filter(stamp="").order_by("pk")
    stamps, done = Stamps(), 0
    while batch := list(lines.filter(pk__gt=done)[:AT_ONCE]):
        for line in batch:
            line.stamp = stamps.of_line([getattr(line, name) for name in STAMPED])
        lines.model.objects.bulk_update(batch, ["stamp"])
        done = batch[-1].pk


class Migration(migrations.Migration):
    dependencies = [("members", "0016_audit_seals")]

    operations = [migrations.RunPython(stamp, migrations.RunPython.noop)]
