"""The rules of the desk: what two spellings of a name share, and when the page of a member opens."""

from __future__ import annotations

import csv
import re
import unicodedata
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

from members.desk.choices import Purpose
from members.desk.limits import LOOKS, NOTES, SEARCHES
from members.texts.rules.screening_text import kana_of, letters_of, read_plain

_SIGNS = re.compile(r"[\s\W_]+")
_OF_BANKS = {"ふりこみ", "振込", "振り込み", "おふりこみ"}
_VOICED = "\u3099\u309a"
_VARIANTS = Path(__file__).parent.parent / "data" / "kanji_variants.csv"


class NoLook(StrEnum):
    """Why the page of a member stays shut."""

    PURPOSE_UNSAID = "look-purpose-unsaid"
    NOT_OPEN = "look-not-open"


class NoStaffNote(StrEnum):
    """Why words of staff are not kept."""

    TOO_SHORT = "note-too-short"
    NAME_MISSING = "name-missing"
    CHANGED_MEANWHILE = "names-changed-meanwhile"


def folded(text: str) -> str:
    """What every spelling of a name, an address or a bank's line has in common.

    Width, case, accents, spaces, signs and long marks go; katakana and small kana become plain hiragana, since a bank
    writes ﾔﾏﾀﾞ ｼﾖｳｺ for 山田翔子's やまだしょうこ; variants of a kanji become the common one (齋 → 斉, 﨑 → 崎).
    """
    plain = kana_of(letters_of(read_plain(text))).text
    return _without_accents(plain.translate(_variants()))


def _without_accents(text: str) -> str:
    """Without the marks on letters, but for those that make another kana (か and が)."""
    parts = unicodedata.normalize("NFD", text)
    kept = (char for char in parts if char in _VOICED or unicodedata.category(char) != "Mn")
    return unicodedata.normalize("NFC", "".join(kept))


@cache
def _variants() -> dict[int, str]:
    with _VARIANTS.open(encoding="utf-8", newline="") as file:
        return {ord(variant): row["common"] for row in csv.DictReader(file) for variant in row["variants"]}


def pieces_of(line: str) -> list[str]:
    """What stands between spaces and signs in a search, folded, without what a bank writes before each name."""
    pieces = [folded(piece) for piece in _SIGNS.split(line)]
    return [piece for piece in pieces if piece and piece not in _OF_BANKS]


def says_something(piece: str) -> bool:
    """Whether a piece can be a part of a name: single letters and digits say nothing, a single kanji does."""
    return len(piece) >= SEARCHES.fewest or _is_kanji(piece)


def _is_kanji(piece: str) -> bool:
    return len(piece) == 1 and "\u4e00" <= piece <= "\u9fff"


def why_not_look(purpose: str, words: str) -> NoLook | None:
    """A purpose of the list, or one in own words."""
    if purpose not in Purpose.values:
        return NoLook.PURPOSE_UNSAID
    if purpose == Purpose.OTHER and len(words.strip()) < LOOKS.words_at_least:
        return NoLook.PURPOSE_UNSAID
    return None


def is_open(looked_at: datetime, now: datetime) -> bool:
    """Whether a look that began then still opens the page. One of the future does not."""
    return looked_at <= now < looked_at + LOOKS.open_for


def why_not_note(words: str) -> NoStaffNote | None:
    """Readable words."""
    return NoStaffNote.TOO_SHORT if len(words.strip()) < NOTES.at_least else None
