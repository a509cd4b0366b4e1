"""Has this member paid, and until when? Plans, payments, and the days they bought."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language

from members.accounts.models import User
from members.membership.choices import PaymentState, PeriodSource


class PricePlan(models.Model):
    """A price in yen including tax, for a number of months."""

    key = models.SlugField(unique=True)
    name_ja = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40)
    price_yen = models.PositiveIntegerField()
    months = models.PositiveSmallIntegerField()
    is_offered = models.BooleanField(default=True)
    sort_order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "members_plan"
        ordering: ClassVar = ["sort_order", "pk"]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name_ja

    @property
    def price_a_month(self) -> int:
        """Rounded up: the page never promises less than is paid."""
        return -(-self.price_yen // self.months)


class Membership(models.Model):
    """One per member from the first order on: whether the next reference should still go out."""

    member = models.OneToOneField(User, on_delete=models.CASCADE, related_name="membership", primary_key=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"membership of user {self.member_id}"


class Payment(models.Model):
    """An order by bank transfer: the reference the member writes on it, and the screen they confirmed."""

    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="payments")
    plan = models.ForeignKey(PricePlan, on_delete=models.PROTECT)
    reference = models.CharField(max_length=12, unique=True)
    amount_yen = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=PaymentState, default=PaymentState.OPEN)
    ordered_at = models.DateTimeField()
    due_on = models.DateField()
    # 特定商取引法 12条の6: what the last confirmation screen said, kept with the order. Empty for a renewal notice.
    screen_version = models.CharField(max_length=10, blank=True)
    screen_text = models.TextField(blank=True)
    renews = models.OneToOneField(
        "members.Period", null=True, blank=True, on_delete=models.PROTECT, related_name="renewed_by"
    )
    settled_at = models.DateTimeField(null=True, blank=True)  # confirmed or cancelled
    settled_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    note = models.CharField(max_length=200, blank=True)  # the desk's, e.g. a differing name on the transfer

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member"], condition=Q(state="open"), name="one_open_payment_per_member"),
        ]

    def __str__(self) -> str:
        return self.reference


class Period(models.Model):
    """Days of membership in Asia/Tokyo, half-open: `starts_on` counts, `ends_on` does not."""

    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="periods")
    plan = models.ForeignKey(PricePlan, null=True, blank=True, on_delete=models.PROTECT)
    starts_on = models.DateField()
    ends_on = models.DateField()
    source = models.CharField(max_length=8, choices=PeriodSource)
    payment = models.OneToOneField(Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="period")
    granted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["member", "starts_on"], name="period_of_member")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="period_has_days"),
            models.UniqueConstraint(fields=["member", "starts_on"], name="one_period_per_start"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on}–{self.ends_on}"

    @property
    def last_day(self) -> date:
        return self.ends_on - timedelta(days=1)
