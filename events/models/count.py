"""What counts about people stand at: the memory of `events.counts`."""

from __future__ import annotations

from django.db import models

from events.models.event import Event


class StepCount(models.Model):
    """One count about people that changes in steps. Kept in a table: whoever could empty a cache could count anew."""

    subject = models.CharField(max_length=80, unique=True)  # what is counted: "seats/12"
    event = models.ForeignKey(Event, null=True, blank=True, on_delete=models.CASCADE, related_name="step_counts")
    batches = models.JSONField(default=list)  # of {"people": [ids], "numbers": {table: {cell: number}}}
    seen = models.JSONField(default=list)  # ids of all who were ever counted
    taken_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)  # two readers at one moment take one step

    def __str__(self) -> str:
        return self.subject
