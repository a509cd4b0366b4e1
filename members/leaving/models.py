"""Accounts that are about to go, and what an address may not shed."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from members.accounts.models import User


class DepartureQuerySet(models.QuerySet["Departure"]):
    def due(self, now: datetime) -> DepartureQuerySet:
        """Those whose time to change one's mind is over."""
        return self.filter(due_at__lte=now)


class Departure(models.Model):
    """An account that is to be deleted; the row goes with the account, or when the member changes their mind."""

    member = models.OneToOneField(User, on_delete=models.CASCADE, related_name="departure", primary_key=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)
    asked_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+"
    )  # the desk; None: oneself

    objects = DepartureQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(due_at__gt=F("asked_at")), name="departure_leaves_time"),
        ]

    def __str__(self) -> str:
        return f"departure of user {self.member_id}"


class FormerAddress(models.Model):
    """What an account that went leaves for a new one with the same address. The address itself stands nowhere."""

    digest = models.CharField(max_length=64, unique=True)  # keyed with SECRET_KEY (`members.leaving.queries`)
    left_at = models.DateTimeField()
    until = models.DateTimeField()
    facts = models.JSONField(default=dict)  # by chapter: numbers and days, no words

    class Meta:
        indexes: ClassVar = [models.Index(fields=["until"], name="former_addresses_over")]

    def __str__(self) -> str:
        return f"former address {self.pk}"
