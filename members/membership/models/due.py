"""What was agreed with a member, and what is due for it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from members.accounts.models import User
from members.membership.choices import DueState, PaymentWay
from members.membership.models.plan import PricePlan


class PlanAgreement(models.Model):
    """A plan at a price that a member agreed to, or was told of in time, from a day in Japan on. Never changed.

    The latest whose day has come holds: a price that the owner changes touches nobody without a new row here.
    """

    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="agreements")
    plan = models.ForeignKey(PricePlan, on_delete=models.PROTECT)
    price_yen = models.PositiveIntegerField()
    tax_percent = models.PositiveSmallIntegerField()
    from_on = models.DateField()
    made_at = models.DateTimeField()
    # 特定商取引法 12条の6: what the last screen before the order said. Empty where no screen was confirmed.
    screen_version = models.CharField(max_length=20, blank=True)
    screen_text = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["member", "from_on"], name="agreements_of_member")]

    def __str__(self) -> str:
        return f"{self.price_yen} yen from {self.from_on}"


class Due(models.Model):
    """Money that is asked for: so much, for so many months, under a reference that the payer writes on a transfer."""

    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="dues")
    agreement = models.ForeignKey(PlanAgreement, on_delete=models.PROTECT, related_name="dues")
    reference = models.CharField(max_length=12, unique=True)
    amount_yen = models.PositiveIntegerField()
    months = models.PositiveSmallIntegerField()
    way = models.CharField(max_length=8, choices=PaymentWay, default=PaymentWay.TRANSFER)  # how it is to be paid
    state = models.CharField(max_length=10, choices=DueState, default=DueState.OPEN)
    ordered_at = models.DateTimeField()
    due_on = models.DateField()
    renews = models.OneToOneField(
        "members.Period", null=True, blank=True, on_delete=models.PROTECT, related_name="renewed_by"
    )
    settled_at = models.DateTimeField(null=True, blank=True)  # paid or taken back
    settled_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    payer_kana = models.CharField(max_length=120, blank=True, db_index=True)  # told at the order, folded
    note = models.CharField(max_length=200, blank=True)  # the desk's, e.g. a differing name on the transfer

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member"], condition=Q(state="open"), name="one_open_due_per_member"),
            models.CheckConstraint(condition=Q(amount_yen__gt=0), name="due_is_more_than_nothing"),
            models.CheckConstraint(condition=Q(months__gt=0), name="due_is_for_months"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def plan(self) -> PricePlan:
        return self.agreement.plan
