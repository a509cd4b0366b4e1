"""Closing a month: what its days earned is booked, its figures are frozen, and what is booked later counts later."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from kouryu.refusal import Refused
from members.audit import audit
from members.closing import queries
from members.closing.rules import month_end, why_not_close
from members.membership.choices import BookAccount, BookingKind
from members.membership.flows.book import Posting, book
from members.models import Booking, MonthClose, User


@transaction.atomic
def close_month(*, month: date, by: User, now: datetime) -> MonthClose:
    """Close the month that begins then. A second click returns the close of the first.

    Refused while the month runs, or while one before it is open.
    """
    made = MonthClose.objects.filter(month=month, closed_at__isnull=False).first()
    if made:
        return made
    if reason := why_not_close(month, today=timezone.localdate(now), next_open=queries.next_open_month()):
        raise Refused(reason)
    # The row is there once, however many close at the same moment; its lock lets one of them go on.
    MonthClose.objects.bulk_create([MonthClose(month=month)], ignore_conflicts=True)
    close = MonthClose.objects.select_for_update().get(month=month)
    if close.closed_at:
        return close
    close.booking = _book_earned(month, by=by, now=now)
    close.closed_at, close.closed_by = now, by
    close.rows = [row.as_list for row in queries.figures_of(month).rows]
    close.save(update_fields=["booking", "closed_at", "closed_by", "rows"])
    audit.record("close-month", close, by=by, now=now)
    return close


def _book_earned(month: date, *, by: User, now: datetime) -> Booking | None:
    """Income of all dues in one booking, with a line for each."""
    earned = queries.to_earn(month)
    if not earned:
        return None
    dues = queries.dues_by_number(list(earned))
    return book(
        BookingKind.EARNED,
        f"earned/{month:%Y-%m}",
        [
            posting
            for number, yen in sorted(earned.items())
            for posting in (
                Posting(BookAccount.DEFERRED, yen, dues[number].member, dues[number]),
                Posting(BookAccount.INCOME, -yen, dues[number].member, dues[number]),
            )
        ],
        now=now,
        by=by,
        booked_on=month_end(month),
    )
