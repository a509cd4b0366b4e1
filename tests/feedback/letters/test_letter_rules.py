"""Who may write to whom and when, what a letter must say, and when it arrives."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feedback.letters.rules import (
    BadLetter,
    Encounter,
    NoLetter,
    NoOwnPicks,
    NoReach,
    NoThanks,
    clean_picks,
    deliver_at,
    why_not_draft_picks,
    why_not_draft_saw,
    why_not_own_picks,
    why_not_picks,
    why_not_saw,
    why_not_thank,
    why_not_would_count,
    why_not_write,
)
from feedback.letters.strengths import strengths
from kouryu.clock import TOKYO
from kouryu.words import clean_words

STARTS = datetime(2026, 11, 25, 20, 0, tzinfo=TOKYO)
ENDS = STARTS + timedelta(hours=1)
CLOSES = ENDS + timedelta(days=14)
MET = Encounter(
    is_oneself=False,
    have_met=True,
    is_within_reach=True,
    starts_at=STARTS,
    closes_at=CLOSES,
)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("meeting", "now", "reason"),
    [
        pytest.param(MET, ENDS, None, id="after-the-evening"),
        pytest.param(MET, STARTS, None, id="from-the-start"),
        pytest.param(MET, CLOSES, None, id="at-the-last-moment"),
        pytest.param(MET, STARTS - SECOND, NoLetter.NOT_STARTED, id="before-the-start"),
        pytest.param(MET, CLOSES + SECOND, NoLetter.TOO_LATE, id="after-fourteen-days"),
        pytest.param(replace(MET, is_oneself=True), ENDS, NoLetter.ONESELF, id="to-oneself"),
        pytest.param(replace(MET, have_met=False), ENDS, NoLetter.NOT_TOGETHER, id="not-met"),
        pytest.param(replace(MET, is_within_reach=False), ENDS, NoReach.NOW, id="out-of-reach"),
        pytest.param(replace(MET, is_final=True), ENDS, NoLetter.DELIVERED, id="delivered"),
        pytest.param(replace(MET, given_today=11), ENDS, None, id="the-twelfth-today"),
        pytest.param(replace(MET, given_today=12), ENDS, NoLetter.ENOUGH_TODAY, id="the-thirteenth-today"),
    ],
)
def test_why_not_write(meeting, now, reason):
    assert why_not_write(meeting, now) == reason


@pytest.mark.parametrize(
    ("meeting", "line", "reason"),
    [
        pytest.param(MET, "", None, id="without-a-line"),
        pytest.param(MET, "あ" * 100, None, id="a-hundred"),
        pytest.param(MET, "あ" * 101, NoThanks.LINE_LONG, id="a-hundred-and-one"),
        pytest.param(replace(MET, is_oneself=True), "", NoThanks.NOT_TOGETHER, id="to-oneself"),
        pytest.param(replace(MET, have_met=False), "", NoThanks.NOT_TOGETHER, id="not-met"),
        pytest.param(replace(MET, is_within_reach=False), "", NoReach.NOW, id="out-of-reach"),
        pytest.param(replace(MET, is_final=True, given_today=99), "", None, id="letters-do-not-matter"),
    ],
)
def test_why_not_thank(meeting, line, reason):
    assert why_not_thank(meeting, line) == reason


@pytest.mark.parametrize(
    ("written", "arrives"),
    [
        pytest.param("2026-11-25 20:55", "2026-11-26 07:00", id="within-the-evening"),
        pytest.param("2026-11-25 23:59", "2026-11-26 07:00", id="before-midnight"),
        pytest.param("2026-11-26 00:30", "2026-11-26 07:00", id="after-midnight"),
        pytest.param("2026-11-26 06:59", "2026-11-26 07:00", id="a-minute-before"),
        pytest.param("2026-11-26 07:00", "2026-11-27 07:00", id="at-seven-it-has-left"),
        pytest.param("2026-12-03 12:00", "2026-12-04 07:00", id="a-week-later"),
        pytest.param("2026-12-31 21:00", "2027-01-01 07:00", id="over-the-year"),
    ],
)
def test_a_letter_arrives_at_the_next_seven_in_tokyo(written, arrives):
    now = datetime.fromisoformat(written).replace(tzinfo=TOKYO)

    assert deliver_at(now.astimezone(UTC), STARTS) == datetime.fromisoformat(arrives).replace(tzinfo=TOKYO)


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01"])
def test_seven_is_seven_when_clocks_change_elsewhere(day):
    evening = datetime.fromisoformat(f"{day} 20:00").replace(tzinfo=TOKYO)

    assert deliver_at(evening, evening) - evening == timedelta(hours=11)


def test_a_talk_before_breakfast_cools_for_a_night_too():
    starts = datetime(2026, 11, 25, 6, 0, tzinfo=TOKYO)

    assert deliver_at(starts + timedelta(minutes=45), starts) == datetime(2026, 11, 26, 7, 0, tzinfo=TOKYO)


KNOWN = strengths()
THREE = ["open-ask", "tell-plain", "support-keep"]


@pytest.mark.parametrize(
    ("picks", "letter", "draft"),
    [
        pytest.param([], BadLetter.NO_PICK, None, id="none"),
        pytest.param(THREE[:1], None, None, id="one"),
        pytest.param(THREE, None, None, id="three"),
        pytest.param([*THREE, "act-try"], BadLetter.TOO_MANY_PICKS, BadLetter.TOO_MANY_PICKS, id="four"),
        pytest.param(["kindness"], BadLetter.UNKNOWN_PICK, BadLetter.UNKNOWN_PICK, id="unknown"),
        pytest.param(["\x00"], BadLetter.UNKNOWN_PICK, BadLetter.UNKNOWN_PICK, id="hostile"),
    ],
)
def test_picks_of_a_letter_and_of_a_draft(picks, letter, draft):
    assert (why_not_picks(picks, KNOWN), why_not_draft_picks(picks, KNOWN)) == (letter, draft)


@pytest.mark.parametrize(
    ("length", "letter", "draft"),
    [
        pytest.param(0, BadLetter.SAW_SHORT, None, id="empty"),
        pytest.param(14, BadLetter.SAW_SHORT, None, id="fourteen"),
        pytest.param(15, None, None, id="fifteen"),
        pytest.param(300, None, None, id="three-hundred"),
        pytest.param(301, BadLetter.SAW_LONG, BadLetter.SAW_LONG, id="three-hundred-and-one"),
    ],
)
@pytest.mark.parametrize("character", ["あ", "𠮷"], ids=["plain", "outside-the-basic-plane"])
def test_what_was_seen_is_counted_in_code_points(character, length, letter, draft):
    saw = character * length

    assert (why_not_saw(saw), why_not_draft_saw(saw)) == (letter, draft)


def test_would_count_may_be_empty_and_has_a_limit():
    found = [why_not_would_count("あ" * length) for length in (0, 300, 301)]

    assert found == [None, None, BadLetter.WOULD_COUNT_LONG]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        pytest.param("  聴いていました　\n", "聴いていました", id="space-around"),
        pytest.param("か\u3099", "が", id="composed"),
        pytest.param("一行\r\n二行\r三行\u2028四行", "一行\n二行\n三行\n四行", id="line-ends"),
        pytest.param("聴\u200bい\u00adて\x08い\ufeffた", "聴いていた", id="hidden-between"),
        pytest.param("\u202eたい\u2066て\u2069", "たいて", id="turned-around"),
        pytest.param("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧", id="a-family-stays-together"),
        pytest.param("\u200b" * 20, "", id="without-width"),
        pytest.param("\u200d\u200c\ufe0f \u3164\u2800\u200e" * 5, "", id="nothing-to-see"),
    ],
)
def test_words_are_cleaned_before_they_are_counted(typed, kept):
    assert clean_words(typed) == kept


def test_a_pick_counts_once():
    assert clean_picks(["act-try", "open-ask", "act-try"]) == ["act-try", "open-ask"]


@pytest.mark.parametrize(
    ("picks", "reason"),
    [
        pytest.param([], NoOwnPicks.NONE, id="none"),
        pytest.param(list(KNOWN)[:1], None, id="one"),
        pytest.param(list(KNOWN)[:5], None, id="five"),
        pytest.param(list(KNOWN)[:6], NoOwnPicks.TOO_MANY, id="six"),
        pytest.param(["kindness"], NoOwnPicks.UNKNOWN, id="unknown"),
    ],
)
def test_own_strengths_are_one_to_five(picks, reason):
    assert why_not_own_picks(picks, KNOWN) == reason
