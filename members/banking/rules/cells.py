"""What a day, an amount and a payer's name are in the lists of banks."""

from __future__ import annotations

import re
from datetime import date

from kouryu.words import normalised
from members.banking.limits import BANK_LISTS
from members.membership.rules import folded_kana

_TIME = r"(?:[ T]?\d{1,2}:\d{2}(?::\d{2})?)?"
_WITH_MARKS = re.compile(rf"(令和|[rR])?(\d{{1,4}}|元)[-/.年](\d{{1,2}})[-/.月](\d{{1,2}})日?{_TIME}")
_DIGITS = re.compile(r"(\d{4}|\d{2})(\d{2})(\d{2})")
_REIWA_BEFORE = 2018  # 令和1年 is the year after
_YEN = re.compile(r"([-+]?)[¥\\]?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.0+)?円?")
_NOTHING = {"", "-", "*", "−", "ー"}
# What banks write before a payer's name.
_BEFORE_NAME = re.compile(r"^(?:お?振込(?:入金|み)?|フリコミ|総合振込|他行振込|入金)\d?(?:[*\s:・-]+|(?=[^\s*]))")
_LATIN = re.compile(r"[A-Z0-9]")


def narrow(cell: str) -> str:
    """In the usual width, without space around it: Ａ１ → A1, ﾔﾏﾀﾞ → ヤマダ."""
    return normalised("NFKC", cell).strip()


def day_in(cell: str, today: date) -> date | None:
    """The day of a cell: 2026/12/1, 20261201, 2026年12月1日, 令和8年12月1日, R8.12.1, 081201.

    A year of two digits is one of 令和 where that has begun by `today`, else one of this century. None where it is no
    day, or one that is still to come.
    """
    text = "".join(narrow(cell).split())
    if found := _WITH_MARKS.fullmatch(text):
        era, year, month, day = found.groups()
    elif found := _DIGITS.fullmatch(text):
        era, (year, month, day) = None, found.groups()
    else:
        return None
    number = 1 if year == "元" else int(year)
    years = [number] if len(year) == len("2026") else [_REIWA_BEFORE + number]
    if len(year) == len("26") and not era:
        years.append(2000 + number)
    days = [_day(one, int(month), int(day)) for one in years]
    return next((one for one in days if one and one <= today), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def yen_in(cell: str) -> int | None:
    """The yen of a cell, 0 where it says nothing; None where it is no amount: ３，３００円 → 3300."""
    text = narrow(cell)
    if text in _NOTHING:
        return 0
    found = _YEN.fullmatch(text)
    if not found:
        return None
    amount = int(found[2].replace(",", "")) * (-1 if found[1] == "-" else 1)
    return amount if abs(amount) <= BANK_LISTS.most_yen else None


def payer_of(words: str) -> str:
    """The payer's name in a line: ﾌﾘｺﾐ ﾔﾏﾀﾞ ﾊﾅｺ → ヤマダ ハナコ."""
    return _BEFORE_NAME.sub("", narrow(words)).strip()


def payer_key(payer: str) -> str:
    """What every spelling of a payer's name shares; a reference beside it does not count, unless nothing else is there.

    K4M7QRX ﾔﾏﾀﾞ ｼﾖｳｺ → ヤマダシヨウコ
    """
    whole = folded_kana(payer)
    return _LATIN.sub("", whole) or whole
