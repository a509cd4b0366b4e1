"""The numbers of steps, of growth and of the mails after an evening, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time, timedelta

from kouryu.numbers import MONTH


@dataclass(frozen=True)
class StepsLimits:
    """Next steps."""

    open_at_once: int = 20
    words: int = 200  # characters
    when_where: int = 100  # characters
    ahead: timedelta = timedelta(days=366)
    told_from: time = time(8)  # when the mail of a step's day may be written
    told_until: time = time(20)


@dataclass(frozen=True)
class TurningPointsLimits:
    """What changed, and who was behind it."""

    kept: int = 200  # of one member: more than anybody writes, less than a program would
    title: int = 80  # characters
    words: int = 2000  # characters
    people: int = 5  # asked about one, whatever they answered
    earliest: date = date(1940, 1, 1)


@dataclass(frozen=True)
class TakeHomeLimits:
    """What somebody takes home: notes, and their own normal before and after."""

    note: int = 1000  # characters
    normals_kept: int = 500  # of one member: more than anybody writes, less than a program would
    normal: int = 300  # characters


@dataclass(frozen=True)
class MailSequenceLimits:
    """The mails after an evening: so many days later at that hour in Tokyo, or within these days, or never."""

    at: time = time(20)
    within: timedelta = timedelta(days=3)
    drafts_after_days: int = 2
    steps_after_days: int = 6
    digest_after_days: int = 30
    steps_every: timedelta = timedelta(days=7)
    digest_every: timedelta = timedelta(days=30)
    events: int = 3  # named in one mail


@dataclass(frozen=True)
class OwnViewLimits:
    """The questions to oneself."""

    days: tuple[int, ...] = (0, 30, 90)  # counted from the first day of membership
    within: timedelta = timedelta(days=14)  # how long each of the days stays open

    @property
    def second_day(self) -> timedelta:
        return timedelta(days=self.days[1])

    @property
    def third_day(self) -> timedelta:
        return timedelta(days=self.days[2])


@dataclass(frozen=True)
class StatementsLimits:
    """What a month gave."""

    told_from: timedelta = timedelta(hours=9)  # of the first day of the next month
    within: timedelta = timedelta(days=6)  # it is told in the first days of the next, or not at all


@dataclass(frozen=True)
class GrowthLimits:
    """The page あゆみ."""

    months: int = 12  # drawn
    in_touch_within: timedelta = timedelta(days=30)
    new_industry_for: timedelta = timedelta(days=92)  # a season: industries first met within it are named

    @property
    def new_industry_months(self) -> int:
        """The length in months, as the page says it."""
        return round(self.new_industry_for / MONTH)


@dataclass(frozen=True)
class RhythmsLimits:
    """How often something is suggested, by pace; at one's own pace there is none."""

    every: dict[str, timedelta] = field(
        default_factory=lambda: {"monthly": timedelta(days=30), "seasonal": timedelta(days=91)}
    )

    @property
    def seasonal_months(self) -> int:
        """The slower one in months, as its choice says it."""
        return round(self.every["seasonal"] / MONTH)


STEPS, TURNING_POINTS, TAKE_HOME, MAIL_SEQUENCE = (
    StepsLimits(),
    TurningPointsLimits(),
    TakeHomeLimits(),
    MailSequenceLimits(),
)
OWN_VIEW = OwnViewLimits()
STATEMENTS = StatementsLimits()
GROWTH = GrowthLimits()
RHYTHMS = RhythmsLimits()
