from django.db import migrations


def name_kinds(apps, schema_editor):
    items = apps.get_model("events", "RunSheetItem").objects
    items.filter(is_talk=True).update(kind="talk")


def mark_talks(apps, schema_editor):
    items = apps.get_model("events", "RunSheetItem").objects
    items.filter(kind="talk").update(is_talk=True)


class Migration(migrations.Migration):
    dependencies = [("events", "0002_run_sheet_kinds")]
    operations = [migrations.RunPython(name_kinds, mark_talks)]
