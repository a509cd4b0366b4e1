"""Which months were told to whom, and with which offer?"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from members.models import Period, User


class Statement(models.Model):
    """A member's month that was summed up. The sums are read from the ledgers; only the offer is decided once."""

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="statements")
    month = models.DateField()  # its first day
    period = models.ForeignKey(Period, null=True, on_delete=models.SET_NULL, related_name="+")  # when it was made
    offers_rest = models.BooleanField(default=False)  # after two silent months: rest, pay less, or one evening
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)  # its mail is written, or not wanted

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "month"], name="one_statement_per_month"),
            models.UniqueConstraint(fields=["period"], condition=Q(offers_rest=True), name="one_offer_per_period"),
        ]

    def __str__(self) -> str:
        return f"statement {self.month:%Y-%m} of user {self.member_id}"
