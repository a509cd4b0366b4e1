"""The book: what moved, in double entry, and the rows that say what for.

Nothing here is changed or taken out. What was wrong is reversed by a booking of its own that says why; a row counts
while its booking is not reversed (`standing`).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from members.accounts.models import User
from members.membership.choices import BookAccount, BookingKind, PaymentWay
from members.membership.models.due import Due


class Booking(models.Model):
    """One thing that happened to money. Its lines come to zero; `key` lets it happen once."""

    at = models.DateTimeField()
    booked_on = models.DateField()  # the day in Japan that it counts for: when money came in, or a month ended
    kind = models.CharField(max_length=12, choices=BookingKind)
    key = models.CharField(max_length=120, unique=True)
    member = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="bookings")
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    reverses = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["booked_on"], name="bookings_by_day")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(reverses=None) | ~Q(reason=""), name="reversal_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.booked_on}"


class BookLine(models.Model):
    """An amount on one account: debit above zero, credit below. `member` and `due` say whose and for what."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="lines")
    account = models.CharField(max_length=12, choices=BookAccount)
    amount_yen = models.IntegerField()
    member = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    due = models.ForeignKey(Due, null=True, blank=True, on_delete=models.PROTECT, related_name="book_lines")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "member"], name="book_lines_by_account")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(amount_yen=0), name="book_line_has_an_amount"),
            models.CheckConstraint(
                condition=~Q(account=BookAccount.CREDIT) | Q(member__isnull=False), name="credit_is_somebodys"
            ),
            models.CheckConstraint(
                condition=~Q(account=BookAccount.DEFERRED) | Q(due__isnull=False), name="deferred_is_for_a_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount_yen:+}"


class BookedQuerySet(models.QuerySet):
    def standing(self) -> BookedQuerySet:
        """Those that nobody reversed."""
        return self.filter(booking__reversed_by=None)


class PaymentIn(models.Model):
    """Money that came in, as the bank or the card company names it. Never changed."""

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="payment")
    way = models.CharField(max_length=8, choices=PaymentWay)
    amount_yen = models.PositiveIntegerField()
    received_on = models.DateField()
    # For whom it came, once known: their credit holds what is not allocated. None: nobody ordered it, or nobody knows.
    member = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="payments")
    payer_name = models.CharField(max_length=120, blank=True)  # as the bank writes it
    payer_kana = models.CharField(max_length=120, blank=True, db_index=True)  # folded (`rules.folded_kana`)
    external_id = models.CharField(max_length=120, unique=True, null=True, blank=True)
    bank_line = models.TextField(blank=True)  # the whole line of the bank's list, as it came

    objects = BookedQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["received_on"], name="payments_by_day")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_yen__gt=0), name="payment_is_more_than_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_yen} yen on {self.received_on}"


class Allocation(models.Model):
    """A part of a payment, or of a member's credit, that pays a due. Never changed."""

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="allocation")
    due = models.ForeignKey(Due, on_delete=models.PROTECT, related_name="allocations")
    payment = models.ForeignKey(PaymentIn, null=True, blank=True, on_delete=models.PROTECT, related_name="allocations")
    amount_yen = models.PositiveIntegerField()

    objects = BookedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_yen__gt=0), name="allocation_is_more_than_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_yen} yen for {self.due_id}"


class Refund(models.Model):
    """Money that goes back to a member. `booking` owes it to them; `paid_out` is the booking when it left."""

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="refund")
    paid_out = models.OneToOneField(
        Booking, null=True, blank=True, on_delete=models.PROTECT, related_name="refund_paid_out"
    )
    member = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="refunds")
    due = models.ForeignKey(Due, null=True, blank=True, on_delete=models.PROTECT, related_name="refunds")
    payment = models.ForeignKey(PaymentIn, null=True, blank=True, on_delete=models.PROTECT, related_name="refunds")
    way = models.CharField(max_length=8, choices=PaymentWay)
    amount_yen = models.PositiveIntegerField()
    external_id = models.CharField(max_length=120, unique=True, null=True, blank=True)

    objects = BookedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_yen__gt=0), name="refund_is_more_than_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_yen} yen back"
