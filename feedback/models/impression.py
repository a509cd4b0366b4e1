"""What did those who were there say after an evening?"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from events.models import Event
from feedback.choices import Degree
from members.models import User


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
