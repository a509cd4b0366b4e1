"""Which events come again and again?"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import models

from events.choices import Pattern
from events.rules.series import Rhythm
from members.models import User


class Series(models.Model):
    """A rhythm from which drafts are made ahead. Each date is an event of its own, to be moved or dropped alone."""

    host = models.ForeignKey(User, on_delete=models.PROTECT, related_name="series")
    pattern = models.CharField(max_length=12, choices=Pattern)
    first_on = models.DateField()  # on the wall clock of the zone, as is the time
    first_at = models.TimeField()
    zone = models.CharField(max_length=40)
    passed = models.PositiveSmallIntegerField()  # how many dates of the rhythm the host has decided about
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"series {self.pk}"

    @property
    def rhythm(self) -> Rhythm:
        """When its dates fall, as local times without a zone."""
        return Rhythm(self.pattern, datetime.combine(self.first_on, self.first_at))

    @property
    def zone_info(self) -> ZoneInfo:
        return ZoneInfo(self.zone)
