"""The network: who has met whom, what became of it, and which evenings are noted already."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from events.models import Event
from feedback.ties.choices import NetworkState
from members.models import User
from members.standing.queries import blocked_by


class AcquaintanceQuerySet(models.QuerySet["Acquaintance"]):
    def of(self, member: User | int) -> AcquaintanceQuerySet:
        """Everybody whom `member` has met; whom they block and people who left stay out."""
        blocked = blocked_by(member)
        met = self.filter(Q(first=member) | Q(second=member), first__is_active=True, second__is_active=True)
        return met.exclude(first__in=blocked).exclude(second__in=blocked)


class Acquaintance(models.Model):
    """Two people who met, and the state of it: kept so that pages are cheap, recomputed by `rebuild_ties`.

    Nothing is stored here that the ledger (seats, talks, help, introductions) does not say (`queries.network`).
    """

    first = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    state = models.PositiveSmallIntegerField(choices=NetworkState)
    met_at = models.DateTimeField()
    latest_at = models.DateTimeField()  # when they last talked
    times = models.PositiveIntegerField()  # how often they talked

    objects = AcquaintanceQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["second"], name="acquaintances_of_second")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second"], name="one_acquaintance_per_pair"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="acquaintance_in_order"),
        ]

    def __str__(self) -> str:
        return f"acquaintance {self.pk}"

    def other_id(self, member_id: int) -> int:
        """The id of the one at the other end."""
        return self.second_id if self.first_id == member_id else self.first_id


class NotedEvening(models.Model):
    """An evening whose meetings are among the acquaintances."""

    event = models.OneToOneField(Event, on_delete=models.CASCADE, primary_key=True, related_name="+")
    noted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"noted event {self.event_id}"


class Help(models.Model):
    """One member noted that another one helped them: a thank-you that the helper may read. Once a day."""

    helper = models.ForeignKey(User, on_delete=models.CASCADE, related_name="help_given")
    helped = models.ForeignKey(User, on_delete=models.CASCADE, related_name="help_received")
    noted_on = models.DateField()  # in Asia/Tokyo
    noted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["helper", "helped", "noted_on"], name="one_help_a_day"),
            models.CheckConstraint(condition=~Q(helper=F("helped")), name="nobody_thanks_themselves_for_help"),
        ]

    def __str__(self) -> str:
        return f"help {self.pk}"
