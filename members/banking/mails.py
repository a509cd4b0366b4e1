"""The mail about money of a member that was booked by mistake, or came back."""

from __future__ import annotations

from datetime import datetime

from members.mail.outbox import enqueue
from members.membership.choices import MEMBERSHIP_MAIL
from members.models import BankLine, User


def payment_undone(line: BankLine, member: User, *, now: datetime) -> None:
    """That a payment does not count any more, of which day and amount it was, and whom to ask."""
    enqueue(
        f"banking/undone/{line.pk}/{line.bookings}",
        kind=MEMBERSHIP_MAIL,
        to=member,
        template="banking/undone",
        context={"day": line.day, "amount_yen": line.amount_yen},
        now=now,
    )
