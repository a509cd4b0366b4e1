"""Who sits with whom: rounds, their groups, and the seats in them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from events.models.event import Event
from members.models import User


class Round(models.Model):
    """One talk round of an event, numbered from 1."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    drawn_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "number"], name="one_round_per_number")]

    def __str__(self) -> str:
        return f"round {self.number}"


class Group(models.Model):
    """A small group in a round, numbered from 1, with one true sentence about why these people."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="groups")
    number = models.PositiveSmallIntegerField()
    industries = models.PositiveSmallIntegerField(default=0)  # different known industries in it
    new_pairs = models.PositiveSmallIntegerField(default=0)  # pairs who had never met before

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["round", "number"], name="one_group_per_number")]

    def __str__(self) -> str:
        return f"group {self.number}"


class Seat(models.Model):
    """A member's place in a group; at most one per round."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="seats")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="seats")
    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="group_seats")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["round", "member"], name="one_group_per_round")]

    def __str__(self) -> str:
        return f"seat {self.pk}"
