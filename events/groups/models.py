"""Rounds, their groups, and the seats in them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from events.event.choices import EventState
from events.event.models import Event
from events.registration.choices import Presence
from members.models import User
from members.standing.queries import blocked_by


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
    def seen(self) -> Self:
        """Those that their members were shown: proposals bring nobody together."""
        return self.filter(round__published_at__isnull=False)

    def taken(self) -> Self:
        """Those that were shown, of people who were there."""
        return self.seen().filter(
            member__registrations__event_id=F("round__event_id"),
            member__registrations__attendance__presence=Presence.PRESENT,
        )

    def in_groups_of(self, member: User | int) -> Self:
        """The seats of the groups that `member` was shown, their own among them; whether anybody came or not."""
        return self.filter(group__in=Seat.objects.seen().filter(member=member).values("group"))


class EncounterQuerySet(SeatQuerySet):
    """Encounters: two people sat together in a group that both were shown, and both were there.

    A row is the seat of the one who was met. This is the one home of "who met whom"
    (`tests/events/groups/test_one_home_of_encounters.py`, docs/decisions/0050).
    """

    def of(self, member: User | int) -> Self:
        """With everybody whom `member` met: a row for each round that they sat together.

        People who left or were blocked since are among them: what happened is not undone. Whoever names people leaves
        them out.
        """
        mine = Seat.objects.taken().filter(member=member)
        return self.taken().filter(group__in=mine.values("group")).exclude(member=member)

    def between(self, one: User | int, other: User | int) -> Self:
        """Those of these two: a row for each round that they sat together."""
        return self.of(one).filter(member=other)

    def at(self, event: Event | int) -> Self:
        """Those of one evening."""
        return self.filter(round__event=event)

    def over_by(self, moment: datetime) -> Self:
        """Those of evenings that were over at this moment."""
        return self.filter(round__event__ends_at__lte=moment)

    def closed(self) -> Self:
        """Those of evenings that their host, or the site, has closed."""
        return self.filter(round__event__state=EventState.CLOSED)

    def without_blocked(self, reader: User | int) -> Self:
        """Without those whom `reader` blocks: nobody whom they block is named to them."""
        return self.exclude(member__in=blocked_by(reader))


class Seat(models.Model):
    """A member's place in a group; at most one per round."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="seats")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="seats")
    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="group_seats")
    is_locked = models.BooleanField(default=False)  # a new draw leaves this person in this group

    objects = SeatQuerySet.as_manager()
    encounters = EncounterQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["round", "member"], name="one_group_per_round")]

    def __str__(self) -> str:
        return f"seat {self.pk}"
