"""Talks and lunches of two tied members: when they are, and whether they took place."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.dateparse import parse_datetime

from feedback.ties.choices import TalkKind, TalkState
from feedback.ties.limits import TALKS
from feedback.ties.models.tie import Tie
from members.models import User


class TalkQuerySet(models.QuerySet["Talk"]):
    def of(self, member: User) -> TalkQuerySet:
        """Those of the ties of `member`, whoever proposed them and whatever became of the tie."""
        return self.filter(Q(tie__first=member) | Q(tie__second=member))

    def since_formed(self) -> TalkQuerySet:
        """Those of ties that hold, proposed since the tie began."""
        return self.filter(tie__ended_at=None, proposed_at__gte=F("tie__formed_at"))

    def standing(self, now: datetime) -> TalkQuerySet:
        """Waiting for an answer that can still come, or agreed and not begun."""
        waiting = Q(state=TalkState.PROPOSED, lapses_at__gt=now)
        return self.filter(waiting | Q(state=TalkState.AGREED, starts_at__gt=now))


class Talk(models.Model):
    """Twenty minutes or a lunch for two: proposed with up to three times, agreed on one, and held or not.

    The row stays as it was when the tie ends: it is the ledger of what happened.
    """

    tie = models.ForeignKey(Tie, on_delete=models.CASCADE, related_name="talks")
    proposer = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=5, choices=TalkKind)
    state = models.CharField(max_length=10, choices=TalkState, default=TalkState.PROPOSED)
    times = models.JSONField(default=list)  # the proposed moments, ISO 8601 in UTC, earliest first
    place = models.CharField(max_length=TALKS.place, blank=True)  # of a lunch
    link = models.URLField(max_length=TALKS.link, blank=True)  # of a talk without a room of ours
    proposed_at = models.DateTimeField()
    lapses_at = models.DateTimeField()  # unanswered until then it quietly lapses; computed, not a state
    starts_at = models.DateTimeField(null=True, blank=True)  # the time they agreed on
    settled_at = models.DateTimeField(null=True, blank=True)  # when the latest answer or calling off came
    held_at = models.DateTimeField(null=True, blank=True)  # when it took place, once one of the two said that it did
    calendar_sequence = models.PositiveIntegerField(default=0)

    objects = TalkQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tie", "state"], name="talks_of_tie"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "declined", "called-off"]) | Q(starts_at__isnull=False),
                name="agreed_talk_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="held", held_at__isnull=False) | (~Q(state="held") & Q(held_at=None)),
                name="held_talk_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"talk {self.pk}"

    @property
    def moments(self) -> list[datetime]:
        """The proposed times."""
        return [moment for moment in map(parse_datetime, self.times) if moment]
