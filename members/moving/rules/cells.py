"""What a cell of a list of members means, and why it cannot be taken."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from kouryu.words import normalised
from members.moving.limits import LAST_DAYS

_TIME = r"(?:[ T]0?0:00(?::00)?)?"  # Excel adds midnight to a day
_DAY = re.compile(
    rf"(\d{{4}})(?:-(\d{{1,2}})-(\d{{1,2}})|/(\d{{1,2}})/(\d{{1,2}})|年(\d{{1,2}})月(\d{{1,2}})日){_TIME}"
)
_REIWA = re.compile(r"(?:令和|[rR])(\d{1,2}|元)(?:年(\d{1,2})月(\d{1,2})日|[./-](\d{1,2})[./-](\d{1,2}))")
_REIWA_BEFORE = 2018  # 令和1年 is the year after
_REIWA_BEGAN = date(2019, 5, 1)


class BadCell(StrEnum):
    """Why a cell cannot be taken, besides what the forms of the site say of such words."""

    GARBLED = "cell-garbled"
    NO_HEADING = "cell-without-heading"
    ADDRESS_TWICE = "cell-address-twice"
    NAME_MISSING = "cell-name-missing"
    DAY_UNREADABLE = "cell-day-unreadable"
    DAY_PAST = "cell-day-past"
    DAY_FAR = "cell-day-far"


class NoMovingIn(StrEnum):
    """Why nobody of a list moves in."""

    UNREADABLE = "import-unreadable"
    OVER = "import-over"
    FAULTY_ROWS = "import-faulty-rows"
    CHANGED_MEANWHILE = "import-changed-meanwhile"


def day_in(cell: str) -> date | None:
    """The day that a cell says: 2026-11-30, 2026/11/30, 2026年11月30日, 令和8年11月30日; in any width."""
    text = "".join(normalised("NFKC", cell).split()) if "年" in cell else _narrow(cell)
    if found := _DAY.fullmatch(text):
        return _day_of(*filter(None, found.groups()))
    if found := _REIWA.fullmatch(text):
        year, *rest = filter(None, found.groups())
        day = _day_of(str(_REIWA_BEFORE + (1 if year == "元" else int(year))), *rest)
        return day if day and day >= _REIWA_BEGAN else None
    return None


def _narrow(cell: str) -> str:
    return normalised("NFKC", cell).strip()


def _day_of(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def why_not_until(last_day: date, today: date) -> BadCell | None:
    """A membership that moves in still runs, and ends within a few years."""
    if last_day < today:
        return BadCell.DAY_PAST
    return BadCell.DAY_FAR if last_day > today + LAST_DAYS.farthest else None


def is_garbled(cell: str) -> bool:
    """Whether an earlier program could not read a letter of it."""
    return "\ufffd" in cell
