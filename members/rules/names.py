"""May somebody be called so? The name stands beside everything they say, and people trust whom they think they read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from enum import StrEnum

from kouryu.words import has_towers, is_seen, without_unseen
from members.rules.screening import Kind, Wordlist, holds_address, sorted_hits
from members.rules.screening_text import KANJI_AS_KANA, hiragana, letters_of, read_plain

MOST_DIGITS = 6  # a name may hold a year or a birthday; from seven on it is a number to call
# Never in a name, whoever takes it: not who one is, but for whom one would speak.
_STAFF = (
    *("運営", "運營", "事務局", "交流会", "異業種交流", "見守り", "窓口", "責任者", "管理者", "管理人"),
    *("公式", "担当者", "進行役"),
    *(
        "うんえい",
        "みまもり",
        "まどぐち",
        "じむきょく",
        "せきにんしゃ",
        "かんりしゃ",
        "かんりにん",
        "すたっふ",
        "さぽーと",
    ),
    *("あどみん", "もでれーたー", "おーなー"),
)
_STAFF_WHOLE = ("交流", "担当", "事務", "司会", "システム", "サイト")  # part of ordinary names, too
_STAFF_LATIN = re.compile(
    r"(?<![a-z])(?:kouryu|koryu|admin|administrator|moderator|support|staff|official|owner|operator|helpdesk|unei|"
    r"jimukyoku|mimamori|madoguchi)"
    r"|kouryu|moderator|administrator"
)
_LEET = str.maketrans("013457@$", "oieastas")
_HANDLE = re.compile(
    r"^[^a-z0-9ぁ-んァ-ヴー]*(?:line|ライン|らいん|insta(?:gram)?|インスタ|ig|x|tw(?:itter)?|fb|facebook|telegram|tg|discord|kakao|"
    r"カカオ|wechat|whatsapp|skype|signal|tiktok|threads|mail|メール|tel|電話|でんわ|携帯|id)(?: ?id)? ?[:=@/→]"
    r"|@[a-z0-9_.]|[a-z0-9]@|://|www\.|(?<![a-z0-9])(?:t|line|lin|wa|fb|m|ig)\.(?:me|ee)(?![a-z])"
)
_BAD_KINDS = {Kind.CONTACT, Kind.LINK, Kind.INVITATION, Kind.PUT_DOWN}


class BadName(StrEnum):
    """Why a called name cannot be used."""

    EMPTY = "name-empty"
    UNREADABLE = "name-unreadable"
    CONTACT = "name-contact"
    OF_STAFF = "name-of-staff"
    TAKEN = "name-taken"
    WORDS = "name-words"


def why_not_called(name: str) -> BadName | None:
    """The first reason in the name itself, or None.

    All of it is seen, with two marks on a letter at most, and one letter or digit can be called out (emoji may stand
    beside it, joined ones too). It is no address or handle, and does not sound like those who run the site.
    """
    if without_unseen(name) != name or has_towers(name) or _is_private(name):
        return BadName.UNREADABLE
    if not any(char.isalnum() and is_seen(char) for char in name):
        return BadName.EMPTY
    plain = read_plain(name).text
    if _HANDLE.search(plain) or sum(map(str.isdigit, plain)) > MOST_DIGITS or holds_address(name):
        return BadName.CONTACT
    return BadName.OF_STAFF if _sounds_like_staff(name) else None


def why_not_yours(name: str, *, of_staff: Collection[str], words: Wordlist) -> BadName | None:
    """The first reason in what others are called and what the screening looks for, or None."""
    if same_name(name) in set(map(same_name, of_staff)):
        return BadName.TAKEN
    if any(hit.kind in _BAD_KINDS for hit in sorted_hits(name, words)):
        return BadName.WORDS
    return None


def same_name(name: str) -> str:
    """What two names share that are read as one: no space, no case, no width, hiragana for katakana."""
    return hiragana(letters_of(read_plain(name)).text)


def _is_private(name: str) -> bool:
    return any(unicodedata.category(char) in {"Cc", "Co", "Cs", "Cn", "Zl", "Zp"} for char in name)


def _sounds_like_staff(name: str) -> bool:
    letters = letters_of(read_plain(name)).text
    spoken, shaped = hiragana(letters), letters.translate(KANJI_AS_KANA)
    if any(hiragana(word) in spoken or word.translate(KANJI_AS_KANA) in shaped for word in _STAFF):
        return True
    if letters in _STAFF_WHOLE:
        return True
    latin = read_plain(name).text
    return any(_STAFF_LATIN.search(one) for one in (latin, letters, latin.translate(_LEET), letters.translate(_LEET)))
