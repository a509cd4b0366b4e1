"""What was published about a month of the community?"""

from __future__ import annotations

from django.db import models


class MonthFigures(models.Model):
    """The numbers of one month, hidden as far as they must be before they were stored, and never computed again.

    What is seen twice is the same: nothing that happens later can be read from the difference.
    """

    month = models.DateField(unique=True)  # its first day
    measures = models.JSONField(default=dict)  # key → [low, high] or None
    groups = models.JSONField(default=dict)  # "industry/E", "first-timer/new" → share of first words
    frozen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"figures of {self.month:%Y-%m}"
