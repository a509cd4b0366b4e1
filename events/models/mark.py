"""Seats that were lost to others: given up late, or left empty."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from events.choices import MarkKind, Ruling, Sparing
from events.models.registration import Registration
from events.rules.mark import ANSWER_AT_MOST, OBJECTION_AT_MOST
from members.models import User


class Mark(models.Model):
    """At most one per registration. What was spared stays as a row without points: that happens only so often."""

    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, related_name="mark")
    kind = models.CharField(max_length=16, choices=MarkKind)
    points = models.PositiveSmallIntegerField()
    spared_for = models.CharField(max_length=12, choices=Sparing, blank=True)
    given_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    objection = models.CharField(max_length=OBJECTION_AT_MOST, blank=True)
    objected_at = models.DateTimeField(null=True, blank=True)
    ruling = models.CharField(max_length=8, choices=Ruling, blank=True)
    answer = models.CharField(max_length=ANSWER_AT_MOST, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(spared_for="", points__gt=0) | (~Q(spared_for="") & Q(points=0)),
                name="spared_weighs_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"mark {self.pk}"
