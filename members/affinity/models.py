"""Affinity groups: named by staff, and who put themselves into which."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language

from members.accounts.models import User
from members.affinity.limits import AFFINITY


class AffinityGroupQuerySet(models.QuerySet["AffinityGroup"]):
    def open(self) -> AffinityGroupQuerySet:
        """Those that members may join and hosts may ask for."""
        return self.filter(retired_at=None)


class AffinityGroup(models.Model):
    """What some members have in common, as they say themselves. Its words never change: people agreed to them."""

    name_ja = models.CharField(max_length=AFFINITY.name)
    name_en = models.CharField(max_length=AFFINITY.name, blank=True)
    purpose_ja = models.CharField(max_length=AFFINITY.purpose)
    purpose_en = models.CharField(max_length=AFFINITY.purpose, blank=True)
    named_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = AffinityGroupQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["named_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name_ja"], condition=models.Q(retired_at=None), name="one_open_affinity_per_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name_ja

    @property
    def purpose(self) -> str:
        return self.purpose_en if self.purpose_en and get_language() == "en" else self.purpose_ja


class AffinityMember(models.Model):
    """A member in a group, since when they agreed to it. The row goes when they leave; nothing is kept of it."""

    affinity = models.ForeignKey(AffinityGroup, on_delete=models.CASCADE, related_name="members")
    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="affinities")
    joined_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["affinity", "member"], name="once_in_an_affinity"),
        ]

    def __str__(self) -> str:
        return f"affinity {self.pk}"
