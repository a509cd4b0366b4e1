"""The numbers of seats, lines, lotteries and marks, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta

from kouryu.numbers import DAY, since_midnight
from members.mail.limits import QUIET_HOURS


@dataclass(frozen=True)
class SeatsLimits:
    """Taking a seat and giving it back."""

    late_from: timedelta = timedelta(hours=24)  # before the start; from then on a seat given back may leave a mark
    withdrawals_a_day: int = 5  # of one member from one event; after so many they come back on another day
    words: int = 200  # characters of what somebody would like to talk about


@dataclass(frozen=True)
class OffersLimits:
    """A freed seat that is held for the next in line. How long it is held: `OFFER_FOR` of the settings."""

    shortest: timedelta = timedelta(minutes=30)  # of waking time: nobody is asked for an answer in less


@dataclass(frozen=True)
class LotsLimits:
    """The lots of a draw."""

    each: int = 4
    per_loss: int = 4  # who lost once is twice as likely to come first as somebody who did not
    losses: int = 3  # days that count at most
    losses_count_for: timedelta = timedelta(days=90)


@dataclass(frozen=True)
class MarksLimits:
    """What a seat given up late or left empty costs."""

    kept_for: timedelta = timedelta(days=90)
    noted_within: timedelta = timedelta(days=7)  # an absence found later than that is left alone
    illnesses_free: int = 2
    illnesses_count_for: timedelta = timedelta(days=182)
    time_to_decide: timedelta = timedelta(hours=48)  # after a change: a night, and a day to ask at home and at work
    time_to_think_better: timedelta = timedelta(hours=1)  # after the click; a mistake is noticed sooner than that
    time_to_arrive: timedelta = timedelta(minutes=15)  # after the start; later nobody counts as on their way
    delay_per_point: timedelta = timedelta(hours=12)
    longest_delay: timedelta = timedelta(hours=48)
    objection: int = 300  # characters
    answer: int = 500  # characters


@dataclass(frozen=True)
class RemindersLimits:
    """The three reminders of an event, and how late a sweep that was held up may send each."""

    day_before_at: time = time(20)  # in Tokyo
    first_lead: timedelta = timedelta(hours=1)  # before the start; then the words of the day before are no longer true
    first_late: timedelta = timedelta(minutes=30)
    last_lead: timedelta = timedelta(minutes=5)
    last_late: timedelta = timedelta(minutes=5)

    @property
    def furthest_ahead(self) -> timedelta:
        """From the hour of the day before to the last minute of the next day."""
        return 2 * DAY - since_midnight(self.day_before_at)

    @property
    def day_before_late(self) -> timedelta:
        """From the hour of the day before until the quiet hours begin."""
        return since_midnight(QUIET_HOURS.begin) - since_midnight(self.day_before_at)


@dataclass(frozen=True)
class FollowUpsLimits:
    """The mail after an evening."""

    after: timedelta = timedelta(minutes=30)  # the end of the evening
    within: timedelta = timedelta(days=3)  # later than that it is never sent


@dataclass(frozen=True)
class FeedLimits:
    """The calendar that other programs fetch."""

    looks_back_for: timedelta = timedelta(days=90)
    fetched_every: timedelta = timedelta(minutes=30)  # what we ask of the programs; they ask every five minutes at most
    fetches_an_hour: int = 60  # of one feed; a member may have several programs
    wrong_addresses_a_minute: int = 30  # from one place


@dataclass(frozen=True)
class MailsLimits:
    """Mails about seats."""

    near: timedelta = timedelta(days=1)  # who is to come so soon must hear it now; all others in the morning


SEATS = SeatsLimits()
OFFERS = OffersLimits()
LOTS = LotsLimits()
MARKS = MarksLimits()
REMINDERS = RemindersLimits()
FOLLOW_UPS = FollowUpsLimits()
FEED = FeedLimits()
MAILS = MailsLimits()
