"""The phrases of the screening move here from the feedback app: the same rows in a renamed table."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from members.texts.choices import TermKind

FIELDS = [
    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
    ("kind", models.CharField(choices=TermKind.choices, max_length=10)),
    ("pattern", models.CharField(max_length=40, unique=True)),
    ("note", models.CharField(blank=True, max_length=100)),
    ("is_active", models.BooleanField(default=True)),
    ("changed_at", models.DateTimeField(blank=True, null=True)),
    (
        "changed_by",
        models.ForeignKey(
            blank=True,
            null=True,
            on_delete=django.db.models.deletion.SET_NULL,
            related_name="+",
            to=settings.AUTH_USER_MODEL,
        ),
    ),
]


class Migration(migrations.Migration):
    dependencies = [("members", "0012_ended_blocks"), ("feedback", "0020_own_views_and_regret")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="ScreeningTerm",
                    fields=FIELDS,
                    options={"ordering": ["kind", "pattern"], "db_table": "feedback_screeningterm"},
                ),
            ],
        ),
        migrations.AlterModelTable(name="screeningterm", table=None),
    ]
