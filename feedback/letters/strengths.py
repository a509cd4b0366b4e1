"""The vocabulary of letters: 6 verbs, 30 strengths, read once from feedback/data/strengths.csv."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

from members.accounts.taxonomies import read_table


@dataclass(frozen=True)
class Strength:
    """One short act that can be seen in an hour's talk, and the family (verb) it belongs to."""

    key: str
    family: str
    family_ja: str
    family_en: str
    name_ja: str
    name_en: str
    definition_ja: str
    definition_en: str
    kisoryoku_group: str
    kisoryoku_element: str
    portable_group: str
    portable_element: str
    color_token: str

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name_ja

    @property
    def definition(self) -> str:
        """In the language of the reader."""
        return self.definition_en if get_language() == "en" else self.definition_ja

    @property
    def family_name(self) -> str:
        return self.family_en if get_language() == "en" else self.family_ja


@cache
def strengths() -> dict[str, Strength]:
    """The 30 strengths by key, family by family."""
    fields = Strength.__dataclass_fields__
    rows = read_table(Path(__file__).parent.parent / "data" / "strengths.csv")
    return {row["key"]: Strength(**{field: row[field] for field in fields}) for row in rows}


@cache
def families() -> dict[str, list[Strength]]:
    """The strengths by family key, in order; six families of five."""
    found: dict[str, list[Strength]] = {}
    for strength in strengths().values():
        found.setdefault(strength.family, []).append(strength)
    return found
