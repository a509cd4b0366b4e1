"""The rules of the desk: what two spellings of a name share, and when the page of a member opens."""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

from kouryu.words import normalised
from members.accounts.choices import Role
from members.desk.choices import Purpose
from members.desk.limits import LOOKS, NOTES, ROLES, SEARCHES
from members.texts.rules.screening_text import kana_of, letters_of, read_plain

_SIGNS = re.compile(r"[\s\W_]+")
_OF_BANKS = {"ふりこみ", "振込", "振り込み", "おふりこみ"}
_VOICED = "\u3099\u309a"
_VARIANTS = Path(__file__).parent.parent / "data" / "kanji_variants.csv"


class NoLook(StrEnum):
    """Why the page of a member stays shut."""

    PURPOSE_UNSAID = "look-purpose-unsaid"
    NOT_OPEN = "look-not-open"


class NoAct(StrEnum):
    """Why somebody may not act at the page of this member."""

    ONESELF = "act-oneself"
    ONLY_OWNER = "act-only-owner"


class NoRoleChange(StrEnum):
    """Why a role is neither given nor ended."""

    LAST_OWNER = "role-last-owner"
    NOT_IN_STANDING = "role-not-in-standing"
    DAY_PAST = "role-day-past"
    DAY_FAR = "role-day-far"
    NOT_HELD = "role-not-held"
    HELD_ALREADY = "role-held-already"


class NoStaffNote(StrEnum):
    """Why words of staff, or a name on record, are not kept."""

    TOO_SHORT = "note-too-short"
    NAME_MISSING = "record-name-missing"
    CHANGED_MEANWHILE = "names-changed-meanwhile"


def folded(text: str) -> str:
    """What every spelling of a name, an address or a bank's line has in common.

    Width, case, accents, spaces, signs and long marks go; katakana and small kana become plain hiragana, since a bank
    writes ﾔﾏﾀﾞ ｼﾖｳｺ for 山田翔子's やまだしょうこ; variants of a kanji become the common one (齋 → 斉, 﨑 → 崎).
    """
    plain = kana_of(letters_of(read_plain(text))).text
    return _without_accents(plain.translate(_variants()))


def key_of(words: str) -> str:
    """The search key of these words, as long as a key can be: folding makes whole words of some letters."""
    return folded(words)[: SEARCHES.longest_key]


def _without_accents(text: str) -> str:
    """Without the marks on letters, but for those that make another kana (か and が)."""
    parts = normalised("NFD", text)
    kept = (char for char in parts if char in _VOICED or unicodedata.category(char) != "Mn")
    return normalised("NFC", "".join(kept))


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


@dataclass(frozen=True)
class RoleWish:
    """What an owner wants to give."""

    is_held: bool
    is_in_standing: bool  # the account is open and not suspended
    last_day: date | None


def why_not_grant(wish: RoleWish, today: date) -> NoRoleChange | None:
    """Roles go to members in standing, until a day ahead or without end."""
    if wish.is_held:
        return NoRoleChange.HELD_ALREADY
    if not wish.is_in_standing:
        return NoRoleChange.NOT_IN_STANDING
    if wish.last_day is not None and wish.last_day < today:
        return NoRoleChange.DAY_PAST
    if wish.last_day is not None and wish.last_day > today + ROLES.longest:
        return NoRoleChange.DAY_FAR
    return None


def why_not_end(*, is_held: bool, role: str, owners_left: int) -> NoRoleChange | None:
    """The site always has an owner; `owners_left` are the others, in standing and without a last day."""
    if not is_held:
        return NoRoleChange.NOT_HELD
    return NoRoleChange.LAST_OWNER if role == Role.OWNER and not owners_left else None


def why_not_act(*, is_oneself: bool, of: frozenset[str], by: frozenset[str]) -> NoAct | None:
    """Owners alone act on themselves, on moderators and on other owners."""
    if Role.OWNER.value in by:
        return None
    if is_oneself:
        return NoAct.ONESELF
    return NoAct.ONLY_OWNER if of & {Role.MODERATOR.value, Role.OWNER.value} else None


def why_not_note(words: str) -> NoStaffNote | None:
    """Readable words."""
    return NoStaffNote.TOO_SHORT if len(words.strip()) < NOTES.at_least else None
