"""The numbers of orders and paid periods, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class OrdersLimits:
    """Ordering a period and paying for it."""

    a_day: int = 5  # of one member, those taken back too
    due_days: int = 14  # until the transfer is due
    farthest_ahead: timedelta = timedelta(days=366)  # that somebody can have paid for


@dataclass(frozen=True)
class RenewalsLimits:
    """The end of a period."""

    notice_days: int = 14  # before it
    ended_mail_within: timedelta = timedelta(days=3)  # after a longer outage "has ended" would be stale news

    @property
    def notice(self) -> timedelta:
        """The days as a length of time."""
        return timedelta(days=self.notice_days)


@dataclass(frozen=True)
class TransfersLimits:
    """Money that comes in by transfer."""

    most_yen: int = 10_000_000  # in one payment; more is a slip of the finger
    most_forgiven_yen: int = 1_000  # missing, and let go: the bank took its charge
    second_person_from_yen: int = 100_000  # until the owner sets another limit
    oldest: timedelta = timedelta(days=366)  # a day of receipt that is noted today


@dataclass(frozen=True)
class PricesLimits:
    """What plans cost."""

    told_before: timedelta = timedelta(days=30)  # that a member pays more
    most_yen: int = 1_000_000
    farthest_ahead: timedelta = timedelta(days=366)  # that a price can be set
    tax_percent: int = 10  # in the price of a new plan (消費税法 29条 and 地方税法 72条の83)
    most_tax_percent: int = 30
    most_months: int = 24  # of a plan


@dataclass(frozen=True)
class GrantsLimits:
    """Days without a payment."""

    most_months: int = 12  # at once


@dataclass(frozen=True)
class AccountBooksLimits:
    """How long payments stay in the books of account."""

    kept_for: timedelta = timedelta(days=7 * 365 + 2)  # from when the year has to be declared (法人税法施行規則)
    until_declared: timedelta = timedelta(days=18 * 31)  # from a payment, at most: the year, and the months after it


ACCOUNT_BOOKS = AccountBooksLimits()
GRANTS = GrantsLimits()
ORDERS = OrdersLimits()
PRICES = PricesLimits()
RENEWALS = RenewalsLimits()
TRANSFERS = TransfersLimits()
