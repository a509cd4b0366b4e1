"""The phrases of the screening belong to the members app now; their table stays."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("feedback", "0020_own_views_and_regret"), ("members", "0013_screening_terms")]
    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name="ScreeningTerm")]),
    ]
