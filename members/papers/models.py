"""Receipts as they were issued, and the returned invoices that correct them. Who issued, and for what, is frozen."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from members.accounts.models import User
from members.membership.choices import PaymentWay
from members.membership.models.book import Allocation, PaymentIn, Refund
from members.papers.choices import PaperKind
from members.papers.limits import RECEIPTS
from members.papers.rules import RateSum, paper_number, sums_by_rate


class ReceiptYear(models.Model):
    """The last number that a year in Japan has given. Its row's lock is what keeps numbers without gaps and doubles."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last_number = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return paper_number(self.year, self.last_number)


class Receipt(models.Model):
    """A 領収書 of a payment, or the 適格返還請求書 of one that went back (消費税法 57条の4).

    Written once; only its addressee may change.
    """

    kind = models.CharField(max_length=8, choices=PaperKind)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    issued_at = models.DateTimeField()
    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="receipts")
    payment = models.ForeignKey(PaymentIn, on_delete=models.PROTECT, related_name="receipts")
    paid_on = models.DateField()  # the day in Japan on which the money came, or went back
    way = models.CharField(max_length=8, choices=PaymentWay)
    amount_yen = models.PositiveIntegerField()  # with tax
    addressee = models.CharField(max_length=RECEIPTS.addressee_at_most)
    # The issuer as the site named them then. Without a number it is no 適格請求書.
    issuer_name = models.CharField(max_length=200)
    issuer_address = models.CharField(max_length=300)
    issuer_phone = models.CharField(max_length=50)
    registration_number = models.CharField(max_length=14, blank=True)
    reissued_at = models.DateTimeField(null=True, blank=True)
    reissues = models.PositiveSmallIntegerField(default=0)
    returns = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="returned_by")
    refund = models.ForeignKey(Refund, null=True, blank=True, on_delete=models.PROTECT, related_name="receipts")

    class Meta:
        ordering: ClassVar = ["year", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "number"], name="one_receipt_per_number"),
            models.UniqueConstraint(fields=["returns", "refund"], name="one_return_per_refund"),
            models.UniqueConstraint(
                fields=["returns"], condition=Q(refund=None, returns__isnull=False), name="one_return_per_reversal"
            ),
            models.CheckConstraint(condition=Q(amount_yen__gt=0), name="receipt_is_of_an_amount"),
            models.CheckConstraint(
                condition=Q(kind=PaperKind.RECEIPT, returns=None) | Q(kind=PaperKind.RETURN, returns__isnull=False),
                name="return_names_its_receipt",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return paper_number(self.year, self.number)

    @property
    def sums(self) -> list[RateSum]:
        """What stands on it for each rate."""
        return sums_by_rate((line.tax_percent, line.amount_yen) for line in self.lines.all())


class ReceiptLine(models.Model):
    """What a paper is for: a part of a payment at the rate that was agreed. Never changed."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="lines")
    # What a receipt is for stands on no other; a return has none.
    allocation = models.OneToOneField(
        Allocation, null=True, blank=True, on_delete=models.PROTECT, related_name="receipt_line"
    )
    what = models.CharField(max_length=80)
    tax_percent = models.PositiveSmallIntegerField()
    amount_yen = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_yen__gt=0), name="receipt_line_is_of_an_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.what}: {self.amount_yen} yen"
