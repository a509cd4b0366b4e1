"""When a mail may leave, and what becomes of one that could not be handed over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kouryu.clock import TOKYO
from members.mail.limits import OPTIONAL, OUTBOX, QUIET_HOURS

MOST_COPIES = len(OUTBOX.pauses_in_doubt) + 1  # of one mail that may ever reach its reader


class NoMail(StrEnum):
    """Why a mail that a member may refuse is not sent."""

    SWITCHED_OFF = "the member switched this kind off"
    RESTING = "the member takes a rest"
    ENOUGH = "enough mails this week"


@dataclass(frozen=True)
class MailPreferences:
    """What a member wants of one kind of mail."""

    is_optional: bool  # a kind that can be refused at all
    is_off: bool
    is_reminder: bool  # of a seat that they hold
    rests: bool


def why_unwanted(wishes: MailPreferences) -> NoMail | None:
    """The first reason against the mail, or None.

    What everybody gets cannot be refused. A kind that is switched off does not come. While a member rests nothing
    optional comes but the reminders of seats that they hold.
    """
    if not wishes.is_optional:
        return None
    if wishes.is_off:
        return NoMail.SWITCHED_OFF
    if wishes.rests and not wishes.is_reminder:
        return NoMail.RESTING
    return None


def has_room(leaves_at: datetime, others: Iterable[datetime], most: int) -> bool:
    """Whether one more mail may leave at `leaves_at`, beside those that left or are to leave at `others`.

    Fewer than `most` lie less than seven days away, before or after: so no seven days ever hold more than `most`.
    """
    return sum(abs(leaves_at - other) < OPTIONAL.week for other in others) < most


def after_quiet_hours(moment: datetime) -> datetime:
    """`moment`, or the end of the quiet hours in Tokyo if it falls into them."""
    local = moment.astimezone(TOKYO)
    if QUIET_HOURS.end <= local.time() < QUIET_HOURS.begin:
        return moment
    day = local.date() + timedelta(days=1) if local.time() >= QUIET_HOURS.begin else local.date()
    return datetime.combine(day, QUIET_HOURS.end, TOKYO)


LONGEST_PAUSE = max(OUTBOX.pauses_in_doubt)  # between two tries of one mail, whatever went wrong; more is a wrong clock


def retry_at(attempts: int, now: datetime) -> datetime:
    """When to try again after `attempts` failed tries: each time twice as long after."""
    return now + min(OUTBOX.first_pause * (1 << max(attempts - 1, 0)), OUTBOX.longest_pause)


def retry_in_doubt_at(doubts: int, now: datetime) -> datetime:
    """When to try again after `doubts` tries of which nobody knows the outcome, fewer than `MOST_COPIES`.

    Longer than a server takes over one mail, so that the copy before has arrived, if it does, and is recognised.
    """
    return now + OUTBOX.pauses_in_doubt[doubts - 1]


@dataclass(frozen=True)
class WaitingMail:
    """A mail that waits for a connection, or has one."""

    is_urgent: bool  # somebody sits before a page and waits for it
    was_tried: bool  # could not be handed over before, so it may hold its connection for long again


def has_lane(mail: WaitingMail, under_way: Sequence[WaitingMail], connections: int) -> bool:
    """Whether the mail may have one of so many connections, beside those under way.

    One is kept for urgent mails, and those that were tried before have half of them at most: what a server is slow
    with then holds up nothing else. A site with a single connection cannot keep any.
    """
    if len(under_way) >= connections:
        return False
    if not mail.is_urgent and sum(not one.is_urgent for one in under_way) >= max(1, connections - 1):
        return False
    return not mail.was_tried or sum(one.was_tried for one in under_way) < max(1, connections // 2)
