"""Numbers in sentences: counts, lengths of time and small numbers, in the reader's language.

The numbers themselves stand in the `limits.py` of a chapter (docs/decisions/0049). A sentence has a placeholder where
the number belongs and gets it from there. Everything here is lazy: what a form says is put together for its reader.
"""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from django.utils.functional import keep_lazy_text, lazy
from django.utils.translation import get_language, npgettext, pgettext, pgettext_lazy

_SPELLED = {
    1: pgettext_lazy("in words", "1"),
    2: pgettext_lazy("in words", "2"),
    3: pgettext_lazy("in words", "3"),
    4: pgettext_lazy("in words", "4"),
    5: pgettext_lazy("in words", "5"),
    6: pgettext_lazy("in words", "6"),
    7: pgettext_lazy("in words", "7"),
    8: pgettext_lazy("in words", "8"),
    9: pgettext_lazy("in words", "9"),
    10: pgettext_lazy("in words", "10"),
    11: pgettext_lazy("in words", "11"),
    12: pgettext_lazy("in words", "12"),
    20: pgettext_lazy("in words", "20"),
}
_KANJI = {
    1: pgettext_lazy("in words", "一"),
    2: pgettext_lazy("in words", "二"),
    3: pgettext_lazy("in words", "三"),
    4: pgettext_lazy("in words", "四"),
    5: pgettext_lazy("in words", "五"),
}
_TIMES = {
    1: pgettext_lazy("in words", "一度"),
    2: pgettext_lazy("in words", "二度"),
    3: pgettext_lazy("in words", "三度"),
    4: pgettext_lazy("in words", "四度"),
    5: pgettext_lazy("in words", "五度"),
}
# Until which hour a part of the day goes, and how an hour in it is said.
_PARTS_OF_DAY = (
    (4, pgettext_lazy("hour", "夜中の%(number)s時")),
    (12, pgettext_lazy("hour", "朝%(number)s時")),
    (17, pgettext_lazy("hour", "昼%(number)s時")),
    (24, pgettext_lazy("hour", "夜%(number)s時")),
)
MINUTE, HOUR, DAY, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
MONTH, YEAR = timedelta(days=30), timedelta(days=365)


def since_midnight(at: time) -> timedelta:
    """How long the day has lasted at this hour."""
    return timedelta(hours=at.hour, minutes=at.minute)


@keep_lazy_text
def with_numbers(sentence: str, **numbers: Any) -> str:
    """The sentence with its numbers; lazy where the sentence or one of the numbers is."""
    return str(sentence) % numbers


def _spelled(count: int) -> str:
    return str(_SPELLED.get(count, count))


def _kanji(count: int) -> str:
    return str(_KANJI.get(count, count))


def _times(count: int) -> str:
    return str(_TIMES[count]) if count in _TIMES else pgettext("in words", "%(number)s度") % {"number": count}


def _grouped(count: int) -> str:
    return f"{count:,}" if get_language() == "en" else str(count)


def _people(count: int) -> str:
    return npgettext("counted", "%(number)s人", "%(number)s人", count) % {"number": count}


def _minutes(length: timedelta) -> str:
    count = round(length / MINUTE)
    return npgettext("counted", "%(number)s分", "%(number)s分", count) % {"number": count}


def _hours(length: timedelta) -> str:
    count = round(length / HOUR)
    return npgettext("counted", "%(number)s時間", "%(number)s時間", count) % {"number": count}


def _days(length: timedelta) -> str:
    count = round(length / DAY)
    return npgettext("counted", "%(number)s日", "%(number)s日", count) % {"number": count}


def _spelled_people(count: int) -> str:
    return npgettext("in words", "%(number)s人", "%(number)s人", count) % {"number": _spelled(count)}


def _spelled_minutes(length: timedelta) -> str:
    count = round(length / MINUTE)
    return npgettext("in words", "%(number)s分", "%(number)s分", count) % {"number": _spelled(count)}


def _spelled_hours(length: timedelta) -> str:
    count = round(length / HOUR)
    return npgettext("in words", "%(number)s時間", "%(number)s時間", count) % {"number": _spelled(count)}


def _spelled_days(length: timedelta) -> str:
    count = round(length / DAY)
    return npgettext("in words", "%(number)s日", "%(number)s日", count) % {"number": _spelled(count)}


def _spelled_weeks(length: timedelta) -> str:
    count = round(length / WEEK)
    return npgettext("in words", "%(number)s週間", "%(number)s週間", count) % {"number": _spelled(count)}


def _spelled_length(length: timedelta) -> str:
    """In years, or in days where it is shorter than one."""
    if length < YEAR:
        return _spelled_days(length)
    count = round(length / YEAR)
    return npgettext("in words", "%(number)s年", "%(number)s年", count) % {"number": _spelled(count)}


def _hour(at: time) -> str:
    return pgettext("hour", "%(number)s時") % {"number": at.hour}


def _hour_of_day(at: time) -> str:
    words = next(words for until, words in _PARTS_OF_DAY if at.hour < until)
    return str(words) % {"number": at.hour % 12 or 12}


# What each says of 3: in Japanese and in English.
spelled = lazy(_spelled, str)  # 3, three
kanji = lazy(_kanji, str)  # 三, three
times = lazy(_times, str)  # 三度, three times
grouped = lazy(_grouped, str)  # 3, 3; of 3000: 3000, 3,000
people = lazy(_people, str)  # 3人, 3 people
minutes = lazy(_minutes, str)  # 3分, 3 minutes
hours = lazy(_hours, str)  # 3時間, 3 hours
days = lazy(_days, str)  # 3日, 3 days
spelled_people = lazy(_spelled_people, str)  # 3人, three people
spelled_minutes = lazy(_spelled_minutes, str)  # 3分, three minutes
spelled_hours = lazy(_spelled_hours, str)  # 3時間, three hours
spelled_days = lazy(_spelled_days, str)  # 3日, three days
spelled_weeks = lazy(_spelled_weeks, str)  # 3週間, three weeks
spelled_length = lazy(_spelled_length, str)  # of 3 years: 3年, three years; of 60 days: 60日, 60 days
hour = lazy(_hour, str)  # of 20:00: 20時, 20:00
hour_of_day = lazy(_hour_of_day, str)  # of 20:00: 夜8時, 8 pm
