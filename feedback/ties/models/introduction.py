"""Introductions: who introduced whom to whom, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from feedback.ties.limits import INTRODUCTIONS
from feedback.ties.models.tie import Tie
from members.models import User


class IntroductionQuerySet(models.QuerySet["Introduction"]):
    def waiting(self, now: datetime) -> IntroductionQuerySet:
        """Neither formed nor lapsed, whatever has been answered."""
        return self.filter(formed_at=None, lapses_at__gt=now)

    def asking(self, member: User) -> IntroductionQuerySet:
        """Those that ask or have asked `member`."""
        return self.filter(Q(one=member) | Q(other=member), asks=True)

    def formed(self) -> IntroductionQuerySet:
        """Those to which both agreed in time."""
        return self.filter(formed_at__isnull=False)


class Introduction(models.Model):
    """A member brings two of their ties together; each is asked with a sentence of their own.

    Both answers are private for ever: no page, mail, figure, export or line of the audit shows them to anybody else.
    """

    introducer = models.ForeignKey(User, on_delete=models.CASCADE, related_name="introductions")
    one = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    to_one = models.CharField(max_length=INTRODUCTIONS.words)  # the introducer's sentence to `one`, about `other`
    to_other = models.CharField(max_length=INTRODUCTIONS.words)
    # False: the two are tied already, or one blocks the other; nobody is asked, and it lapses like any other.
    asks = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    one_agreed = models.BooleanField(null=True, blank=True)  # None: no answer yet
    other_agreed = models.BooleanField(null=True, blank=True)
    formed_at = models.DateTimeField(null=True, blank=True)
    tie = models.ForeignKey(Tie, null=True, blank=True, on_delete=models.SET_NULL, related_name="introductions")

    objects = IntroductionQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["introducer", "made_at"], name="introductions_of_introducer"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="introduced_in_order"),
        ]

    def __str__(self) -> str:
        return f"introduction {self.pk}"

    def agreed(self, member: User) -> bool | None:
        """What `member`, one of the two, answered; None: nothing yet."""
        return self.one_agreed if self.one_id == member.pk else self.other_agreed

    def person_for(self, member: User) -> User:
        """Whom `member`, one of the two, would get to know."""
        return self.other if self.one_id == member.pk else self.one

    def words_for(self, member: User) -> str:
        """The introducer's sentence to `member`, one of the two."""
        return self.to_one if self.one_id == member.pk else self.to_other
