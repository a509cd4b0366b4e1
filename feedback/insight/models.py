"""Answers about an evening, and the community's months as they were counted."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from events.models import Event
from feedback.insight.choices import Degree
from members.models import User


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


class Impression(models.Model):
    """One member's answers to the three questions; each may be left out, all may change until they close.

    Nobody reads a single one. It stays when the account goes, so that sums that were seen never change.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="impressions")
    member = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at_home = models.CharField(max_length=6, choices=Degree, blank=True)
    was_heard = models.CharField(max_length=6, choices=Degree, blank=True)
    would_return = models.CharField(max_length=6, choices=Degree, blank=True)
    answered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "member"], name="one_impression_per_member_and_event"),
        ]

    def __str__(self) -> str:
        return f"impression {self.pk}"
