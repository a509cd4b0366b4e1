"""Who sits with whom: rounds, their groups, and the seats in them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from events.event.models import Event
from members.models import User


class Round(models.Model):
    """One talk round of an event, numbered from 1. Until it is published it is a proposal that only hosts see."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    drawn_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)  # from then on nobody's seat in it changes
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "number"], name="one_round_per_number"),
            models.CheckConstraint(
                condition=Q(started_at=None, ends_at=None)
                | Q(published_at__isnull=False, started_at__isnull=False, ends_at__isnull=False),
                name="round_begins_published_with_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"round {self.number}"


class Group(models.Model):
    """A small group in a round, numbered from 1, with one true sentence about why these people."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="groups")
    number = models.PositiveSmallIntegerField()
    industries = models.PositiveSmallIntegerField(default=0)  # different known industries in it
    new_pairs = models.PositiveSmallIntegerField(default=0)  # pairs who had never met before
    is_locked = models.BooleanField(default=False)  # a new draw leaves it as it is

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["round", "number"], name="one_group_per_number")]

    def __str__(self) -> str:
        return f"group {self.number}"


class SeatQuerySet(models.QuerySet["Seat"]):
    def seen(self) -> SeatQuerySet:
        """Those that their members were shown: proposals bring nobody together."""
        return self.filter(round__published_at__isnull=False)


class Seat(models.Model):
    """A member's place in a group; at most one per round."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="seats")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="seats")
    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="group_seats")
    is_locked = models.BooleanField(default=False)  # a new draw leaves this person in this group

    objects = SeatQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["round", "member"], name="one_group_per_round")]

    def __str__(self) -> str:
        return f"seat {self.pk}"
