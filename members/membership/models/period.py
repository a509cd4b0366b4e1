"""Has this member paid, and until when? The days that stand now, and what they were before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from members.accounts.models import User
from members.membership.choices import DaysChange, PeriodSource
from members.membership.models.book import Allocation
from members.membership.models.plan import PricePlan


class Membership(models.Model):
    """One per member from the first order on: whether the next reference should still go out."""

    member = models.OneToOneField(User, on_delete=models.CASCADE, related_name="membership", primary_key=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"membership of user {self.member_id}"


class Period(models.Model):
    """Days of membership in Asia/Tokyo, half-open: `starts_on` counts, `ends_on` does not.

    Access follows from these rows alone. They say what stands now; what a row said before a change is a `FormerPeriod`.
    """

    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="periods")
    plan = models.ForeignKey(PricePlan, null=True, blank=True, on_delete=models.PROTECT)
    starts_on = models.DateField()
    ends_on = models.DateField()
    source = models.CharField(max_length=8, choices=PeriodSource)
    # The allocation that paid its due in full; days that a rest has parted share it.
    allocation = models.ForeignKey(Allocation, null=True, blank=True, on_delete=models.PROTECT, related_name="periods")
    granted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["member", "starts_on"], name="period_of_member")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="period_has_days"),
            models.UniqueConstraint(fields=["member", "starts_on"], name="one_period_per_start"),
            models.CheckConstraint(
                condition=Q(source=PeriodSource.PAID, allocation__isnull=False)
                | (~Q(source=PeriodSource.PAID) & Q(allocation=None)),
                name="paid_days_name_their_allocation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on}–{self.ends_on}"

    @property
    def last_day(self) -> date:
        return self.ends_on - timedelta(days=1)


class FormerPeriod(models.Model):
    """What a period said before it was changed or taken away, by what, and when. Never changed."""

    period_id = models.BigIntegerField(db_index=True)  # the row may be gone
    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="former_periods")
    starts_on = models.DateField()
    ends_on = models.DateField()
    source = models.CharField(max_length=8, choices=PeriodSource)
    allocation = models.ForeignKey(Allocation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    change = models.CharField(max_length=10, choices=DaysChange)
    changed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["member", "changed_at"], name="former_periods_of_member")]

    def __str__(self) -> str:
        return f"{self.starts_on}–{self.ends_on} until {self.change}"
