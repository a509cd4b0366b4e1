from django.db import migrations, models


class Migration(migrations.Migration):
    """Counts apart what a server refused and what nobody knows the outcome of; the old version may go on inserting."""

    dependencies = [("members", "0017_audit_stamps")]

    operations = [
        migrations.AddField(
            model_name="outgoingmail",
            name="doubts",
            field=models.PositiveSmallIntegerField(default=0, db_default=0),
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="refusals",
            field=models.PositiveSmallIntegerField(default=0, db_default=0),
        ),
        migrations.AlterField(
            model_name="outgoingmail",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "送信待ち"),
                    ("sending", "送信中"),
                    ("sent", "送信ずみ"),
                    ("failed", "届けられず"),
                    ("unknown", "届いたか不明"),
                    ("dropped", "送らない"),
                ],
                default="queued",
                max_length=8,
            ),
        ),
    ]
