"""What must always be true of the bank's lines: each that is booked has its payment, and each payment is one line's."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q

from members.audit.checking import BY_SQL, gone, then
from members.banking.choices import BankLineState
from members.models import BankLine, BankList

KEPT: dict = {BankList: ("take-in-bank-list",)}


@then("Undo the line at its page and book it again; see the record of acts for who booked what.")
def bank_lines_are_booked_as_they_say(now: datetime) -> list[str]:
    """With a payment that stands, of the same amount, somebody's where the line says so and nobody's where not."""
    booked = BankLine.objects.exclude(state=BankLineState.WAITING)
    wrong = Q(payment__booking__reversed_by__isnull=False) | ~Q(payment__amount_yen=F("amount_yen"))
    wrong |= Q(state=BankLineState.BOOKED, payment__member=None)
    wrong |= Q(state=BankLineState.UNKNOWN, payment__member__isnull=False)
    return [
        f"bank line {line.pk} is {line.state}, and its payment is not" for line in booked.filter(wrong).order_by("pk")
    ]


@then(BY_SQL)
def bank_lists_are_still_there(now: datetime) -> list[str]:
    return gone(KEPT)


CHECKS = [bank_lines_are_booked_as_they_say, bank_lists_are_still_there]
