"""The clock of the tests: the moment at which every test begins, and the moments that `.ci/run` draws from."""

from __future__ import annotations

import calendar
import random
from datetime import UTC, date, datetime, time, timedelta
from types import ModuleType
from zoneinfo import ZoneInfo

from kouryu.clock import TOKYO

BERLIN = ZoneInfo("Europe/Berlin")
YEARS_AHEAD = 3
# Read once: a suite that starts at 23:58 does not cross midnight between two tests.
STARTED = datetime.now(UTC)


def begins_at(module: ModuleType) -> datetime:
    """The moment at which each test of this module begins: its own NOW, or the start of the run."""
    now = getattr(module, "NOW", None)
    return now if isinstance(now, datetime) and now.tzinfo else STARTED


def moments(after: datetime) -> dict[str, datetime]:
    """The moments of the next years at which clocks, months or weeks turn, by name. Each lies after `after`."""
    found = {}
    for year in range(after.year, after.year + YEARS_AHEAD + 1):
        for name, moment in _moments_of(year).items():
            if moment > after:
                found[f"{name} {year}"] = moment
    return found


def drawn(after: datetime, dice: random.Random) -> datetime:
    """A moment for one run: every other time one of the named ones, else any minute of the next years."""
    if dice.random() < 0.5:
        return dice.choice(list(moments(after).values()))
    minutes = dice.randrange(YEARS_AHEAD * 365 * 24 * 60)
    return after.replace(second=0, microsecond=0) + timedelta(minutes=minutes)


def _moments_of(year: int) -> dict[str, datetime]:
    first_monday = next(day for day in (date(year, 6, number) for number in range(1, 8)) if day.weekday() == 0)
    moments = {
        "new year's eve": datetime(year, 12, 31, 23, 58, tzinfo=TOKYO),
        "new year": datetime(year, 1, 1, 0, 1, tzinfo=TOKYO),
        "end of February": datetime(year, 2, calendar.monthrange(year, 2)[1], 23, 58, tzinfo=TOKYO),
        "28 February": datetime(year, 2, 28, 12, 0, tzinfo=TOKYO),
        "31 March": datetime(year, 3, 31, 23, 58, tzinfo=TOKYO),
        "summer time begins in Europe": datetime.combine(_last_sunday(year, 3), time(1, 58), BERLIN),
        "summer time ends in Europe": datetime.combine(_last_sunday(year, 10), time(2, 58), BERLIN),
        "Monday before seven": datetime.combine(first_monday, time(6, 59), TOKYO),
        "Monday after seven": datetime.combine(first_monday, time(7, 1), TOKYO),
    }
    return {name: moment.astimezone(TOKYO) for name, moment in moments.items()}


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, calendar.monthrange(year, month)[1])
    return last - timedelta(days=(last.weekday() + 1) % 7)
