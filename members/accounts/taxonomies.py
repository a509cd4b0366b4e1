"""The lists that members describe themselves with, read once from the files in members/data.

They are facts of the outside world (JSIC Rev.14, MHLW 2022, ISO 3166-2:JP) or of our own vocabulary, change with
a release at most, and are therefore immutable values and not tables (docs/decisions/0002).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

DATA = Path(__file__).parent.parent / "data"


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file in UTF-8, in the order of its `sort_order` column."""
    with path.open(encoding="utf-8", newline="") as file:
        return sorted(csv.DictReader(file), key=lambda row: int(row["sort_order"]))


@dataclass(frozen=True)
class Entry:
    """One row of a taxonomy: a code and what people read, in both languages."""

    code: str
    name_ja: str
    name_en: str
    short_ja: str
    short_en: str
    parent: str = ""

    def __str__(self) -> str:
        return self.short_en if get_language() == "en" else self.short_ja

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_ja


@dataclass(frozen=True)
class CareerTheme:
    """A worry (モヤモヤ) that members choose; `sensitivity` 3 is never shown with a name."""

    key: str
    name_ja: str
    name_en: str
    description_ja: str
    description_en: str
    opener_ja: str
    opener_en: str
    sensitivity: int

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name_ja

    @property
    def description(self) -> str:
        return self.description_en if get_language() == "en" else self.description_ja

    @property
    def opener(self) -> str:
        return self.opener_en if get_language() == "en" else self.opener_ja

    @property
    def is_private(self) -> bool:
        return self.sensitivity >= 3


@dataclass(frozen=True)
class JoinReason:
    """Why somebody joined, and a question for those who share it."""

    key: str
    name_ja: str
    name_en: str
    opener_ja: str
    opener_en: str

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name_ja


def _entries(file: str, code: str, scheme: str, level: str) -> dict[str, Entry]:
    return {
        row[code]: Entry(
            code=row[code],
            name_ja=row["name_ja"],
            name_en=row["name_en"],
            short_ja=row.get("short_ja") or row["name_ja"],
            short_en=row.get("short_en") or row["name_en"],
            parent=row.get("parent_code", ""),
        )
        for row in read_table(DATA / file)
        if row.get("scheme", "") == scheme and row.get("level", "") == level
    }


@cache
def industries() -> dict[str, Entry]:
    """The 20 divisions A–T of JSIC Rev.14 by code."""
    return _entries("industries.csv", "code", "JSIC14", "major")


@cache
def industry_groups() -> dict[str, Entry]:
    """The 99 major groups of JSIC Rev.14 by code; `parent` is the division."""
    return _entries("industries.csv", "code", "JSIC14", "middle")


@cache
def occupations() -> dict[str, Entry]:
    """The 15 majors of the MHLW classification of 2022 by code."""
    return _entries("occupations.csv", "code", "MHLW2022", "major")


@cache
def prefectures() -> dict[str, Entry]:
    """The 47 prefectures by ISO 3166-2:JP code."""
    return _entries("prefectures.csv", "iso_code", "", "")


@cache
def exchange_topics() -> dict[str, Entry]:
    """What members give a hand with and ask about, by key."""
    return _entries("exchange_topics.csv", "key", "", "")


@cache
def join_reasons() -> dict[str, JoinReason]:
    """The reasons why members joined, by key."""
    rows = read_table(DATA / "join_reasons.csv")
    return {row["key"]: JoinReason(**{name: row[name] for name in JoinReason.__dataclass_fields__}) for row in rows}


@cache
def career_themes() -> dict[str, CareerTheme]:
    """The 18 career themes by key."""
    return {
        row["key"]: CareerTheme(
            **{field: row[field] for field in CareerTheme.__dataclass_fields__ if field != "sensitivity"},
            sensitivity=int(row["sensitivity"]),
        )
        for row in read_table(DATA / "career_themes.csv")
    }


def nameable_themes() -> frozenset[str]:
    """The keys of the career themes that may be said of a group: not the private ones."""
    return frozenset(key for key, theme in career_themes().items() if not theme.is_private)
