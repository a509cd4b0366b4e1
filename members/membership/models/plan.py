"""Plans, and what each cost from when."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import get_language

from members.accounts.models import User
from members.membership.rules import price_a_month


class PricePlanQuerySet(models.QuerySet["PricePlan"]):
    def priced(self, day: date) -> PricePlanQuerySet:
        """Those that have a price on this day, each with its `price_yen` and `tax_percent`."""
        prices = PlanPrice.objects.filter(plan=OuterRef("pk"), from_on__lte=day).order_by("-from_on")
        return self.annotate(
            price_yen=Subquery(prices.values("price_yen")[:1]),
            tax_percent=Subquery(prices.values("tax_percent")[:1]),
        ).exclude(price_yen=None)


class PricePlan(models.Model):
    """A number of months that members can order. What it costs stands in `PlanPrice`; its months never change."""

    key = models.SlugField(unique=True)
    name_ja = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40)
    months = models.PositiveSmallIntegerField()
    is_offered = models.BooleanField(default=True)
    sort_order = models.PositiveSmallIntegerField(default=0)

    objects = PricePlanQuerySet.as_manager()
    # Only of plans that `priced` has read.
    price_yen: int
    tax_percent: int

    class Meta:
        db_table = "members_plan"
        ordering: ClassVar = ["sort_order", "pk"]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name_ja

    @property
    def price_a_month(self) -> int:
        return price_a_month(self.price_yen, self.months)


class PlanPrice(models.Model):
    """What a plan costs in yen including tax, and the rate of that tax, from a day in Japan on. Never changed."""

    plan = models.ForeignKey(PricePlan, on_delete=models.PROTECT, related_name="prices")
    price_yen = models.PositiveIntegerField()
    tax_percent = models.PositiveSmallIntegerField()
    from_on = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering: ClassVar = ["plan", "from_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "from_on"], name="one_price_per_day"),
            models.CheckConstraint(condition=Q(price_yen__gt=0), name="price_is_more_than_nothing"),
            models.CheckConstraint(condition=Q(tax_percent__lt=100), name="tax_is_a_part"),
        ]

    def __str__(self) -> str:
        return f"{self.price_yen} yen from {self.from_on}"

    @property
    def terms(self) -> str:
        """What it says, as the record of acts keeps it: `3300/10/2026-12-01`."""
        return f"{self.price_yen}/{self.tax_percent}/{self.from_on}"
