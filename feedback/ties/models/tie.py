"""Intentions and ties: how a member would like to go on with somebody, and who is tied to whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from events.models import Event
from feedback.ties.choices import CONTACT_KINDS, IntentionKind
from members.models import User
from members.standing.queries import blocked_by, blocks_between


class IntentionQuerySet(models.QuerySet["Intention"]):
    def open_wishes(self, now: datetime) -> IntentionQuerySet:
        """Wishes for contact whose morning has come and which have led to nothing yet."""
        return self.filter(kind__in=CONTACT_KINDS, forms_at__lte=now, settled_at=None, taken_back_at=None)

    def mutual(self, now: datetime, within: timedelta) -> IntentionQuerySet:
        """Open wishes that the other one shares about the same evening. Of the two at least the later one is no
        older than `within`, so that the years of wishes without an answer are not read again and again.
        """
        back = Intention.objects.open_wishes(now).filter(
            holder=OuterRef("person"), person=OuterRef("holder"), event=OuterRef("event")
        )
        return self.open_wishes(now).filter(Exists(back), forms_at__gt=now - within)

    def partings(self, now: datetime) -> IntentionQuerySet:
        """ "This time only", whose morning has come."""
        return self.filter(kind=IntentionKind.ONLY_THIS, forms_at__lte=now, settled_at=None, taken_back_at=None)


class Intention(models.Model):
    """How a member would like to go on with somebody they met at an evening.

    Private for ever: no page, mail, figure, export or line of the audit shows it to anybody but its holder.
    """

    holder = models.ForeignKey(User, on_delete=models.CASCADE, related_name="intentions")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=IntentionKind)
    chosen_at = models.DateTimeField()
    locks_at = models.DateTimeField()  # free to change until then
    forms_at = models.DateTimeField()  # when it takes effect, if the other one wants contact too
    settled_at = models.DateTimeField(null=True, blank=True)  # it took effect, or never will
    taken_back_at = models.DateTimeField(null=True, blank=True)  # after its lock: kept for the limit of the evening

    objects = IntentionQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            # Read by the sweep.
            models.Index(fields=["forms_at"], condition=Q(settled_at=None), name="intentions_due"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["holder", "person", "event"], name="one_intention_per_pair_and_event"),
            models.CheckConstraint(condition=~Q(holder=F("person")), name="no_intention_about_oneself"),
        ]

    def __str__(self) -> str:
        return f"intention {self.pk}"


class TieQuerySet(models.QuerySet["Tie"]):
    def open_of(self, member: User | int) -> TieQuerySet:
        """The ties of `member` that hold. Who blocked, was blocked or has left does not appear."""
        return self.holding().filter(Q(first=member) | Q(second=member))

    def open_between(self, one: User | int, other: User | int) -> TieQuerySet:
        """The tie between these two, if it holds; at most one row. Takes members or their ids, in any order."""
        return self.between(one, other).holding()

    def between(self, one: User | int, other: User | int) -> TieQuerySet:
        """The same, whether it holds or not. An id from an address may be larger than any database holds: compared
        with a primary key it finds nobody, compared with a foreign key it would fail.
        """
        low, high = sorted(person if isinstance(person, int) else person.pk for person in (one, other))
        return self.filter(first__in=User.objects.filter(pk=low), second__in=User.objects.filter(pk=high))

    def listed_of(self, member: User | int) -> TieQuerySet:
        """The ties that the pages of `member` show: not ended, and with nobody whom they block.

        A block by the other one, or the end of their account, changes nothing here.
        """
        blocked = blocked_by(member)
        mine = self.filter(Q(first=member) | Q(second=member), ended_at=None)
        return mine.exclude(first__in=blocked).exclude(second__in=blocked)

    def listed_between(self, member: User, other: User | int) -> TieQuerySet:
        """The tie of `member` with this person, if their pages show it; at most one row."""
        return self.between(member, other).listed_of(member)

    def holding(self) -> TieQuerySet:
        """Not ended, between people who are there and whom no block keeps apart."""
        blocks = blocks_between(OuterRef("first"), OuterRef("second"))
        return self.filter(~Exists(blocks), ended_at=None, first__is_active=True, second__is_active=True)


class Tie(models.Model):
    """Two members who both wanted contact, or whom somebody introduced to each other. Ended by either, quietly."""

    first = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    event = models.ForeignKey(Event, null=True, on_delete=models.SET_NULL, related_name="+")  # None: introduced
    formed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)  # who ended it is not stored

    objects = TieQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["second"], condition=Q(ended_at=None), name="open_ties_of_second"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second"], name="one_tie_per_pair"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="tie_in_order"),
        ]

    def __str__(self) -> str:
        return f"tie {self.pk}"

    def other_id(self, member: User) -> int:
        """The id of the one at the other end."""
        return self.second_id if self.first_id == member.pk else self.first_id

    def other(self, member: User) -> User:
        """The one at the other end, as `other_id`."""
        return self.second if self.first_id == member.pk else self.first
