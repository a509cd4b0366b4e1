"""The bank's lists that were sent, and each line of money that came in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from members.accounts.models import User
from members.banking.choices import BankLineState
from members.banking.limits import BANK_LISTS
from members.membership.models import PaymentIn


class BankList(models.Model):
    """A file of the bank that was read: by whom and when, and how much of it was new. The file itself is not kept."""

    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    sent_at = models.DateTimeField()
    file_name = models.CharField(max_length=BANK_LISTS.file_name)
    lines_read = models.PositiveIntegerField()  # of money that came in
    lines_new = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"bank list {self.pk}"


class BankLine(models.Model):
    """Money that came in, as the bank says it, and the payment that stands for it, once somebody looked.

    `key` is the same for the same line of an overlapping list (`rules.matching.keys_of`).
    """

    source = models.ForeignKey(BankList, on_delete=models.PROTECT, related_name="lines")
    row = models.PositiveIntegerField()  # in the file
    key = models.CharField(max_length=40, unique=True)
    account = models.CharField(max_length=7, blank=True)
    day = models.DateField()
    amount_yen = models.PositiveIntegerField()
    payer_name = models.CharField(max_length=120, blank=True)
    payer_key = models.CharField(max_length=120, blank=True)
    words = models.TextField(blank=True)
    raw = models.TextField(blank=True)
    balance_yen = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=BankLineState, default=BankLineState.WAITING)
    payment = models.OneToOneField(
        PaymentIn, null=True, blank=True, on_delete=models.PROTECT, related_name="bank_line_row"
    )
    bookings = models.PositiveSmallIntegerField(default=0)  # how often it was booked, those that were undone too

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "day", "id"], name="bank_lines_by_state"),
            models.Index(fields=["day", "amount_yen"], name="bank_lines_by_day"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="waiting", payment=None) | (~Q(state="waiting") & Q(payment__isnull=False)),
                name="booked_bank_line_has_its_payment",
            ),
            models.CheckConstraint(condition=Q(amount_yen__gt=0), name="bank_line_is_more_than_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_yen} yen on {self.day}"
