"""Who was there?"""

from __future__ import annotations

from django.db import models

from events.choices import Presence
from events.models.registration import Registration
from members.models import User


class Attendance(models.Model):
    """One row when someone was there or sent word; no row and a seat means absent once the event is closed."""

    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, related_name="attendance")
    presence = models.CharField(max_length=8, choices=Presence)
    recorded_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)  # was there, and went before the end
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return self.presence
