"""Membership: which days a payment buys, who may order, and when a renewal is due."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kouryu.words import normalised
from members.membership.limits import ORDERS, PRICES, TRANSFERS

# Without 0/O, 1/I/L, S/5, B/8, Z/2 and U/V: the reference is copied by hand onto a bank's form.
REFERENCE_ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
REFERENCE_LENGTH = 7


class NoOrder(StrEnum):
    """Why a plan cannot be ordered."""

    PLAN_GONE = "plan-gone"
    OTHER_ORDER_OPEN = "other-order-open"
    PAID_FAR_AHEAD = "paid-far-ahead"
    MANY_TODAY = "many-today"
    RENEWS_BY_ITSELF = "renews-by-itself"


class NoConfirmation(StrEnum):
    """Why a transfer cannot be noted for an order."""

    CANCELLED = "cancelled"
    OWN_ORDER = "own-order"
    NOT_YET = "received-not-yet"
    TOO_OLD = "received-too-old"


class NoBooking(StrEnum):
    """Why an act on money is not carried out."""

    OWN = "own-money"
    UNDONE = "payment-undone"
    NO_SUCH_DUE = "no-such-due"
    DUE_SETTLED = "due-settled"
    NOTHING_LEFT = "payment-used-up"
    FORGIVE_NOT_PART = "forgive-nothing-paid"
    FORGIVE_TOO_MUCH = "forgive-too-much"
    REFUNDED = "payment-refunded"
    USED_ELSEWHERE = "payment-used-elsewhere"
    CREDIT_SHORT = "credit-short"
    NO_AGREEMENT = "no-agreement"
    NO_CREDIT = "no-credit"
    SAME_PERSON = "same-person"
    SETTLED_MEANWHILE = "proposal-settled"


class NoGrant(StrEnum):
    """Why no days are given."""

    CHANGED_MEANWHILE = "grant-changed-meanwhile"


class NoCancellation(StrEnum):
    """Why an order cannot be cancelled."""

    CONFIRMED = "confirmed"


class NoPrice(StrEnum):
    """Why a plan is not added, or its price not changed."""

    KEY_TAKEN = "plan-key-taken"
    CHANGED_MEANWHILE = "price-changed-meanwhile"
    SAME = "price-same"
    PAST = "price-past"
    FAR_AHEAD = "price-far-ahead"
    BEFORE_LAST = "price-before-last"


class NoRenewal(StrEnum):
    """Why no renewal notice goes out."""

    NOT_PAID_FOR = "not-paid-for"
    PLAN_GONE = "plan-gone"
    STOPPED = "stopped"
    LATER_PERIOD = "later-period"
    ALREADY_NOTICED = "already-noticed"
    ORDER_OPEN = "order-open"
    TOO_EARLY = "too-early"
    OVER = "over"
    BY_ITSELF = "renews-by-itself"


@dataclass(frozen=True)
class Days:
    """Days of membership in Tokyo, half-open: `starts_on` counts, `ends_on` does not."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class OrderFacts:
    """All that ordering may look at."""

    plan_offered: bool
    open_order_of_other_plan: bool
    paid_until: date | None  # end of the latest period, begun or not
    ordered_often_today: bool = False  # `ORDERS.a_day` times, those taken back too
    renews_by_itself: bool = False  # the next period is charged by a card


@dataclass(frozen=True)
class RenewalFacts:
    """All that the renewal notice may look at."""

    ends_on: date
    paid_for: bool  # granted days are not renewed
    plan_offered: bool
    stopped: bool
    has_later_period: bool
    already_noticed: bool
    has_open_order: bool
    renews_by_itself: bool = False  # a card is charged: nothing is to be transferred


def add_months(day: date, months: int) -> date:
    """The corresponding day `months` later; where that month is too short, the first of the month after.

    A period from 31 January of one month thus has 28 February as its last day and ends on 1 March (民法143条2項:
    without a corresponding day a month ends with the last day of its month).
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return add_months(date(year, month + 1, 1), 1)


def days_bought(months: int, *, today: date, paid_until: date | None) -> Days:
    """The days that a payment confirmed `today` buys: from today, or from the end of what is paid already.

    Days of grace that were used are not taken off: they are a gift.
    """
    starts_on = max(today, paid_until) if paid_until else today
    return Days(starts_on, add_months(starts_on, months))


def price_a_month(price_yen: int, months: int) -> int:
    """Rounded up: no page promises less than is paid."""
    return -(-price_yen // months)


def latest_end(periods: Iterable[Days]) -> date | None:
    """Until when the given periods reach, or None without any."""
    return max((period.ends_on for period in periods), default=None)


def why_not_order(facts: OrderFacts, today: date) -> NoOrder | None:
    """The first reason against ordering, or None.

    The plan is withdrawn, a card is charged for the next period anyway, another order is open, a year is paid ahead, or
    many orders were made today.
    """
    if not facts.plan_offered:
        return NoOrder.PLAN_GONE
    if facts.renews_by_itself:
        return NoOrder.RENEWS_BY_ITSELF
    if facts.open_order_of_other_plan:
        return NoOrder.OTHER_ORDER_OPEN
    if facts.paid_until and facts.paid_until > today + ORDERS.farthest_ahead:
        return NoOrder.PAID_FAR_AHEAD
    if facts.ordered_often_today:
        return NoOrder.MANY_TODAY
    return None


def why_no_price(*, same: bool, from_on: date, last_from: date, today: date) -> NoPrice | None:
    """The first reason against a new price from this day, or None."""
    if same:
        return NoPrice.SAME
    if from_on < today:
        return NoPrice.PAST
    if from_on > today + PRICES.farthest_ahead:
        return NoPrice.FAR_AHEAD
    return NoPrice.BEFORE_LAST if from_on <= last_from else None


def told_from(from_on: date) -> date:
    """The first day on which members are told of a price that holds from this day."""
    return from_on - PRICES.told_before


def holds_from(from_on: date, *, today: date, is_dearer: bool) -> date:
    """The first day of periods at a price that a member is told of today: nobody pays more at short notice."""
    return max(from_on, today + PRICES.told_before if is_dearer else today)


def why_not_confirm(*, cancelled: bool, own_order: bool, received_on: date, today: date) -> NoConfirmation | None:
    """The first reason against noting a transfer, or None: order cancelled, one's own, a day ahead or long ago."""
    if cancelled:
        return NoConfirmation.CANCELLED
    if own_order:
        return NoConfirmation.OWN_ORDER
    if received_on > today:
        return NoConfirmation.NOT_YET
    return NoConfirmation.TOO_OLD if received_on < today - TRANSFERS.oldest else None


def why_not_forgive(*, paid_yen: int, missing_yen: int) -> NoBooking | None:
    """The first reason against letting go what is missing, or None: nothing was paid, or too much is missing."""
    if not paid_yen or not missing_yen:
        return NoBooking.FORGIVE_NOT_PART
    return NoBooking.FORGIVE_TOO_MUCH if missing_yen > TRANSFERS.most_forgiven_yen else None


def why_not_renew(facts: RenewalFacts, today: date, notice_days: int) -> NoRenewal | None:
    """The first reason against a renewal notice, or None.

    Granted days are not renewed, nor is a plan that is offered no longer. The member stopped, has later days
    already, was told, or has an order open. The notice goes out from `notice_days` before the end and never later.
    """
    if not facts.paid_for:
        return NoRenewal.NOT_PAID_FOR
    if not facts.plan_offered:
        return NoRenewal.PLAN_GONE
    if facts.stopped:
        return NoRenewal.STOPPED
    if facts.renews_by_itself:
        return NoRenewal.BY_ITSELF
    if facts.has_later_period:
        return NoRenewal.LATER_PERIOD
    if facts.already_noticed:
        return NoRenewal.ALREADY_NOTICED
    if facts.has_open_order:
        return NoRenewal.ORDER_OPEN
    if today < facts.ends_on - timedelta(days=notice_days):
        return NoRenewal.TOO_EARLY
    if today >= facts.ends_on:
        return NoRenewal.OVER
    return None


def fresh_reference(is_taken: Callable[[str], bool], choose: Callable[[str], str] = secrets.choice) -> str:
    """A reference that nobody has yet."""
    while True:
        reference = "".join(choose(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH))
        if not is_taken(reference):
            return reference


def normalised_reference(typed: str) -> str:
    """What somebody copied from a bank's list, as it is stored: ｋ4m-7q rx → K4M7QRX."""
    text = normalised("NFKC", typed).upper()
    return "".join(character for character in text if character.isalnum())


def references_in(line: str) -> set[str]:
    """All that could be a reference in a line of a bank's list: ﾌﾘｺﾐ K4M7QRX ﾔﾏﾀﾞ → K4M7QRX."""
    return set(re.findall(f"(?=([{REFERENCE_ALPHABET}]{{{REFERENCE_LENGTH}}}))", normalised_reference(line)))


def amount_in(typed: str) -> int | None:
    """The yen that somebody typed, and nothing else: ３，３００円 → 3300."""
    found = re.fullmatch(r"[¥\\]?([0-9]{1,3}(?:,?[0-9]{3}){0,2})円?", normalised("NFKC", typed).strip())
    return int(found[1].replace(",", "")) if found else None


SMALL_KANA = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")


def folded_kana(name: str) -> str:
    """A payer's name as banks write it, so that two spellings compare: ｼﾖｳｼﾞ and しょうじ → シヨウジ.

    Hiragana is read as katakana and small kana as large ones; spaces, dots, brackets and marks of length go.
    """
    plain = normalised("NFKC", name).upper()
    katakana = "".join(chr(ord(char) + 0x60) if "ぁ" <= char <= "ゖ" else char for char in plain)
    return "".join(char for char in katakana.translate(SMALL_KANA) if char.isalnum() and char != "ー")
