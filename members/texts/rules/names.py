"""May somebody be called so? The name stands beside everything they say, and people trust whom they think they read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from enum import StrEnum

from kouryu.words import has_towers, is_seen, normalised, without_unseen
from members.texts.rules.screening import ScreeningKind, Wordlist, holds_address, sorted_hits
from members.texts.rules.screening_patterns import SERVICES_IN_KANA, SERVICES_IN_LATIN
from members.texts.rules.screening_text import KANJI_AS_KANA, hiragana, kana_of, letters_of, read_plain

MOST_DIGITS = 6  # a name may hold a year or a birthday; from seven on it is a number to call
# Never in a name, whoever takes it: not who one is, but for whom one would speak.
_STAFF = (
    *("運営", "運營", "事務局", "交流会", "異業種交流", "見守り", "窓口", "責任者", "管理者", "管理人"),
    *("公式", "担当者", "進行役"),
    *(
        "うんえい",
        "こうりゅうかい",
        "みまもり",
        "みままもり",
        "まどぐち",
        "じむきょく",
        "せきにんしゃ",
        "かんりしゃ",
        "かんりにん",
        "すたっふ",
        "さぽーと",
        "こうしき",
        "たんとうしゃ",
    ),
    *("あどみん", "もでれーたー", "おーなー", "へるぷですく", "おふぃしゃる"),
)
# Part of ordinary names, too: refused as the whole name, or as one piece of it (ゆき（ホスト）, ホストのゆき).
_STAFF_WHOLE = (
    *("こーりゅー", "係", "係員", "幹事", "世話人", "世話役", "代表", "ホスト役", "進行", "司会者", "総務", "管理"),
    *("交流", "こうりゅう", "担当", "事務", "司会", "システム", "サイト", "本部", "主催", "主催者", "ホスト", "受付"),
    *("お問合せ", "問い合わせ", "問合せ", "カスタマー", "カスタマーセンター"),
    *(
        "通知",
        "お知らせ",
        "自動返信",
        "お問い合わせ",
        "ヘルプ",
        "セキュリティ",
        "退会者",
        "退会した方",
        "元会員",
        "匿名",
    ),
    *("host", "help", "mod", "system", "security", "noreply", "postmaster", "webmaster", "root"),
)
# Kanji of these words as they sound: some are written in kana to pass (事務きょく).
_AS_SPOKEN = {
    "運": "うん",
    "営": "えい",
    "事": "じ",
    "務": "む",
    "局": "きょく",
    "見": "み",
    "守": "まも",
    "窓": "まど",
    "口": "ぐち",
    "責": "せき",
    "任": "にん",
    "者": "しゃ",
    "管": "かん",
    "理": "り",
    "交": "こう",
    "流": "りゅう",
    "会": "かい",
    "公": "こう",
    "式": "しき",
    "担": "たん",
    "当": "とう",
}
# A name that offers something, or says how to reach somebody, speaks for a business.
_ADVERT = re.compile(
    r"副業|ふくぎょう|投資|仮想通貨|セミナー|せみなー|無料|稼[ぐげが]|儲|かせげ|かせぐ|もうかる|もうける|勧誘|募集|集客|検索|連絡|詳細"
    r"|(?<![a-z])(?:fx|mlm|dm)(?![a-z])|[0-9] ?万"
)
# Kanji that pass for another one at the size of a name.
_KANJI_TWINS = str.maketrans("宮营營運连連蓮运亊扃同", "営営営運運運運運事局局")
_SHORTEST_SOUND = 3  # kana; shorter words sound like parts of ordinary names
_PIECES = re.compile(r"[\W_の]+")
_STAFF_LATIN = re.compile(
    r"(?<![a-z])(?:kouryu|koryu|admin|administrator|moderator|support|staff|official|owner|operator|helpdesk|unei|"
    r"jimukyoku|mimamori|madoguchi)"
    r"|kouryu|moderator|administrator"
)
_LEET = str.maketrans("013457@$", "oieastas")
_SHORT_SERVICES = r"ig|tw|fb|tg|mail|tel|id"
_HANDLE = re.compile(
    rf"^[^a-z0-9ぁ-んァ-ヴー]*(?:l[i1l|!]ne|{SERVICES_IN_LATIN}|{SERVICES_IN_KANA}|{_SHORT_SERVICES}|x|メール|電話|でんわ|携帯)"
    r"(?: ?id)? ?[:=@/→]"
    rf"|(?:{SERVICES_IN_LATIN}|{_SHORT_SERVICES}) (?=[a-z0-9_.]{{0,30}}[0-9_.])[a-z0-9_.]{{3}}"
    rf"|(?:{SERVICES_IN_KANA}|(?<![a-z])(?:gmail|insta|kakao|wechat)) ?[a-z0-9_.]{{3}}"
    r"|(?<![a-z])(?:l[i1l|!]ne|insta|kakao)[a-z_.]{0,20}[0-9_]|\((?:at|a)\)"
    r"|@[a-z0-9_.]|[a-z0-9]@|://|www\.|(?<![a-z0-9])(?:t|line|lin|wa|fb|m|ig)\.(?:me|ee)(?![a-z])"
)
_BAD_KINDS = {ScreeningKind.CONTACT, ScreeningKind.LINK, ScreeningKind.INVITATION, ScreeningKind.PUT_DOWN}


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
    if _HANDLE.search(plain) or sum(map(_is_digit, plain)) > MOST_DIGITS or holds_address(name):
        return BadName.CONTACT
    if _ADVERT.search(plain) or _ADVERT.search(letters_of(read_plain(name)).text):
        return BadName.WORDS
    return BadName.OF_STAFF if _sounds_like_staff(name) else None


def why_not_yours(name: str, *, of_staff: Collection[str], words: Wordlist) -> BadName | None:
    """The first reason in what others are called and what the screening looks for, or None."""
    if name_key(name) in set(map(name_key, of_staff)):
        return BadName.TAKEN
    if any(hit.kind in _BAD_KINDS for hit in sorted_hits(name, words)):
        return BadName.WORDS
    return None


def name_key(name: str) -> str:
    """What two names share that are read as one: no space, no case, no width, hiragana for katakana."""
    return hiragana(letters_of(read_plain(name)).text)


def _is_private(name: str) -> bool:
    return any(unicodedata.category(char) in {"Cc", "Co", "Cs", "Cn", "Zl", "Zp"} for char in name)


def _is_digit(char: str) -> bool:
    return char.isdigit() or char in "〇零一二三四五六七八九"


def _sounds_like_staff(name: str) -> bool:
    plain = read_plain(name)
    letters = letters_of(plain)
    spoken, shaped = hiragana(_with_long_marks(letters.text)), _shape(letters.text)
    if any(hiragana(word) in spoken or _shape(word) in shaped for word in _STAFF):
        return True
    heard = (kana_of(letters).text, _sound(_read_out(letters.text)))
    if any(sound in one for sound in _STAFF_SOUNDS for one in heard):
        return True
    if {spoken, *map(hiragana, _PIECES.split(plain.text))} & set(map(hiragana, _STAFF_WHOLE)):
        return True
    latin = _without_accents(plain.text)
    readings = (latin, _without_accents(letters.text), latin.translate(_LEET), letters.text.translate(_LEET))
    return any(_STAFF_LATIN.search(one) or _STAFF_LATIN.search(one.replace("rn", "m")) for one in readings)


def _with_long_marks(text: str) -> str:
    """オーナー for オ一ナ一: a kanji that passes for a long mark beside katakana."""
    return re.sub(r"(?<=[ァ-ヴ])一(?=[ァ-ヴ]|$)", "ー", text)


def _read_out(text: str) -> str:
    """With kana for the kanji of the words in question."""
    return "".join(_AS_SPOKEN.get(char, char) for char in text.translate(_KANJI_TWINS))


def _shape(text: str) -> str:
    return text.translate(KANJI_AS_KANA).translate(_KANJI_TWINS)


def _without_accents(text: str) -> str:
    return "".join(char for char in normalised("NFKD", text) if unicodedata.category(char) != "Mn")


def _sound(text: str) -> str:
    """Without long marks and small kana, as a name may leave them out."""
    return kana_of(letters_of(read_plain(text))).text


_STAFF_SOUNDS = tuple(sound for sound in map(_sound, _STAFF) if len(sound) >= _SHORTEST_SOUND)
