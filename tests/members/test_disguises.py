"""Disguises that the screening sees through; ordinary sentences with dots, numbers and pictures that it spares."""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

import pytest

from members.texts.rules.lookalikes import WITH_DIGITS
from members.texts.rules.screening import Action, ScreeningKind, screen, sorted_hits
from members.texts.screening import shipped_wordlist

HARMLESS = Path(__file__).with_name("harmless_sentences.txt").read_text("utf-8").splitlines()
DISGUISES = [
    line.split("\t") for line in Path(__file__).with_name("disguises.tsv").read_text("utf-8").splitlines() if line
]


@pytest.fixture(scope="module")
def words():
    return shipped_wordlist()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("090🌸1234🌸5678", ScreeningKind.CONTACT),
        ("0️⃣9️⃣0️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣", ScreeningKind.CONTACT),
        ("⓿➒⓿➊➋➌➍➎➏➐➑", ScreeningKind.CONTACT),
        ("٠٩٠١٢٣٤٥٦٧٨", ScreeningKind.CONTACT),
        ("mio\u2800@\u2800example\u2800.org", ScreeningKind.CONTACT),
        ("exa\u2800mple.com", ScreeningKind.LINK),
        ("exa\u3164mple.com", ScreeningKind.LINK),
        ("くわしくは example·com へ", ScreeningKind.LINK),
        ("くわしくは example‧com/x へ", ScreeningKind.LINK),
        ("example・com", ScreeningKind.LINK),
        ("example。com", ScreeningKind.LINK),
        ("example，com", ScreeningKind.LINK),
        ("seminar.ru/abc", ScreeningKind.LINK),
        ("seminar.ru", ScreeningKind.LINK),
        ("seminar.zone", ScreeningKind.LINK),
        ("my.seminar.academy", ScreeningKind.LINK),
        ("203.0.113.7", ScreeningKind.LINK),
        ("203.0.113.7:8080", ScreeningKind.LINK),
        ("[2001:db8::7]", ScreeningKind.LINK),
        ("🅘🅝🅢🅣🅐: kasegu77", ScreeningKind.CONTACT),
        ("🄻🄸🄽🄴 ID は kasegu77", ScreeningKind.CONTACT),
        ("🇱🇮🇳🇪 ID: kasegu77", ScreeningKind.CONTACT),
        ("lιne id: kasegu77", ScreeningKind.CONTACT),
        ("МLМ の話をします", ScreeningKind.INVITATION),
        ("MLМ の話をします", ScreeningKind.INVITATION),
        ("muryou seminaa ni kite kudasai", ScreeningKind.INVITATION),
        ("MURYO SEMINA", ScreeningKind.INVITATION),
        ("fukugyo de kaseгu", ScreeningKind.INVITATION),
        ("rain koukan shimasenka", ScreeningKind.CONTACT),
    ],
    ids=lambda value: ascii(value)[:50],
)
def test_a_disguise_is_seen_through(words, text, kind):
    assert kind in {hit.kind for hit in sorted_hits(text, words)}


@pytest.mark.parametrize("text", HARMLESS)
def test_an_ordinary_sentence_passes(words, text):
    assert screen([text], words).action == Action.DELIVER


def test_there_are_enough_of_them():
    assert len(set(HARMLESS)) >= 200


@pytest.mark.parametrize(("kind", "text"), DISGUISES, ids=lambda value: ascii(value)[:50])
def test_disguises_that_were_thought_of_afterwards(words, kind, text):
    assert kind in {hit.kind for hit in sorted_hits(text, words)}


@pytest.mark.parametrize(
    "parts",
    [
        ("かけてください 090-1234-", "5678"),
        ("090", "1234", "5678"),
        ("くわしくは example", ".com/x へ"),
        ("hana_1987@", "gmail.com"),
        ("1階", "+44 7700 ", "900123"),
    ],
)
def test_an_address_in_pieces_is_told_where_it_ends(words, parts):
    """Fields that are read one below the other."""
    verdict = screen(parts, words)

    assert verdict.action != Action.DELIVER
    last = verdict.sentences[-1]
    assert last.part == len(parts) - 1
    assert parts[-1][slice(*last.span)].strip()


@pytest.mark.parametrize(
    "parts", [("1990年代", "2000年代の話"), ("部屋は3", "0時まで"), ("AIとIT", "communityの話"), ("", "5678")]
)
def test_ordinary_parts_stay_two(words, parts):
    assert screen(parts, words).action == Action.DELIVER


def test_no_digit_stands_beyond_the_planes_in_which_they_are_looked_for():
    beyond = map(chr, range(WITH_DIGITS.stop, sys.maxunicode + 1))

    assert [char for char in beyond if unicodedata.category(char).startswith("N")] == []
