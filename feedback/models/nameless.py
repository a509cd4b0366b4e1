"""Which strengths did somebody see without signing, and who could it have been?"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from events.models import Event
from feedback.strengths import Strength, strengths
from members.models import User


class NamelessPool(models.Model):
    """What a first of a month found of one receiver's evenings; written whether or not any picks waited.

    An open pool had too few people: its evenings are counted again, together with the next ones.
    """

    receiver = models.ForeignKey(User, on_delete=models.CASCADE, related_name="nameless_pools")
    released_on = models.DateField()  # the first of the month
    ended_before = models.DateTimeField()  # evenings that ended before this moment are in it, or in an earlier one
    is_closed = models.BooleanField()
    candidates = models.JSONField(default=list)  # ids of those who could have left what it released; some may be gone

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["receiver", "released_on"], name="one_nameless_pool_a_month"),
        ]

    def __str__(self) -> str:
        return f"nameless pool {self.pk}"


class NamelessPicksQuerySet(models.QuerySet["NamelessPicks"]):
    def waiting(self) -> NamelessPicksQuerySet:
        """Nobody but the giver may learn that they exist."""
        return self.filter(pool=None, dropped_at=None)

    def released(self) -> NamelessPicksQuerySet:
        """Those that joined their receiver's mirror, switched off or not."""
        return self.filter(pool__isnull=False)

    def left_too_long(self, before: datetime) -> NamelessPicksQuerySet:
        """Those that have waited since before this moment."""
        return self.waiting().filter(left_at__lte=before)


class NamelessPicks(models.Model):
    """1–3 strengths without words, industry or name; once per giver and receiver for ever."""

    # Whoever deletes their account changes nothing that was released.
    giver = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="nameless_given")
    receiver = models.ForeignKey(User, on_delete=models.CASCADE, related_name="nameless_received")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="nameless_picks")
    picks = models.JSONField(default=list)  # 1–3 keys of strengths; forgotten when dropped
    left_at = models.DateTimeField()
    pool = models.ForeignKey(NamelessPool, null=True, on_delete=models.CASCADE, related_name="sets")  # once released
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = NamelessPicksQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["left_at"], condition=Q(pool__isnull=True, dropped_at__isnull=True), name="nameless_waiting"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["giver", "receiver"], name="nameless_once_for_ever"),
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="nobody_leaves_picks_for_themselves"),
            models.CheckConstraint(condition=Q(pool=None) | Q(dropped_at=None), name="nameless_released_or_dropped"),
        ]

    def __str__(self) -> str:
        return f"nameless picks {self.pk}"

    @property
    def strengths(self) -> list[Strength]:
        return [strengths()[key] for key in self.picks if key in strengths()]


class NamelessOff(models.Model):
    """A member who wants no nameless picks in their mirror. Without a row they count."""

    member = models.OneToOneField(User, on_delete=models.CASCADE, related_name="nameless_off", primary_key=True)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"no nameless picks for user {self.member_id}"
