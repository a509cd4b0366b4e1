"""Months that are closed, with the figures as they were then."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from members.accounts.models import User
from members.membership.models.book import Booking


class MonthClose(models.Model):
    """A month in Japan whose book is closed, with its figures as they were. What is booked later counts in the next."""

    month = models.DateField(unique=True)  # its first day
    closed_at = models.DateTimeField(null=True, blank=True)  # None only while it is being closed
    closed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # The booking of what was earned; None where nothing was.
    booking = models.OneToOneField(Booking, null=True, blank=True, on_delete=models.PROTECT, related_name="month_close")
    rows = models.JSONField(default=list)  # plan, percent, way, opening, paid, back, earned

    class Meta:
        ordering: ClassVar = ["month"]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
