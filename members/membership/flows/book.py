"""Writing into the book: bookings whose lines come to zero, and their reversal.

What each thing that can happen is booked as stands in docs/decisions/0075.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from members.audit import audit
from members.membership.choices import BookAccount, BookingKind
from members.membership.rules import add_months
from members.models import Booking, BookLine, Due, MonthClose, User


@dataclass(frozen=True)
class Posting:
    """A line to be booked: debit above zero, credit below. `member` and `due` say whose and for what."""

    account: BookAccount
    amount_yen: int
    member: User | None = None
    due: Due | None = None


def book(
    kind: BookingKind,
    key: str,
    postings: Iterable[Posting],
    *,
    now: datetime,
    member: User | None = None,
    by: User | None = None,
    reason: str = "",
    booked_on: date | None = None,
    reverses: Booking | None = None,
) -> Booking:
    """Write one booking with its lines. `booked_on` is today in Japan where nothing else is said; a day of a month that
    is closed becomes the first of the open one.

    The caller holds the lock of whose money it is. A ValueError where the lines do not come to zero; an
    IntegrityError where this key is booked already.
    """
    lines = [posting for posting in postings if posting.amount_yen]
    difference = sum(posting.amount_yen for posting in lines)
    if not lines or difference:
        raise ValueError(f"the lines of {key} do not come to zero")
    booking = Booking.objects.create(
        at=now,
        booked_on=_open_day(booked_on or timezone.localdate(now)),
        kind=kind,
        key=key,
        member=member,
        by=by,
        reason=reason,
        reverses=reverses,
    )
    BookLine.objects.bulk_create(
        BookLine(
            booking=booking,
            account=posting.account,
            amount_yen=posting.amount_yen,
            member=posting.member,
            due=posting.due,
        )
        for posting in lines
    )
    audit.record(f"book-{kind}", booking, by=by, now=now)
    return booking


def _open_day(day: date) -> date:
    """The day itself, or the first day after the last month that is closed."""
    closed = MonthClose.objects.filter(closed_at__isnull=False).order_by("month").last()
    return max(day, add_months(closed.month, 1)) if closed else day


def reverse(booking: Booking, *, by: User | None, reason: str, now: datetime) -> Booking:
    """Book the same lines the other way round, of today. The rows that it carried no longer stand.

    An IntegrityError where it is reversed already. Days and states are the caller's to put right.
    """
    lines = booking.lines.select_related("member", "due").order_by("pk")
    return book(
        BookingKind.REVERSED,
        f"reverse/{booking.pk}",
        [Posting(BookAccount(line.account), -line.amount_yen, line.member, line.due) for line in lines],
        now=now,
        member=booking.member,
        by=by,
        reason=reason,
        reverses=booking,
    )
