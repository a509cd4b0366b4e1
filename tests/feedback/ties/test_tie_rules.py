"""Whether an intention may be kept, and which morning is its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from feedback.ties.rules.tie import Choice, NoIntention, is_locked, morning_of, why_not_choose
from kouryu.clock import TOKYO

EVENING = datetime(2026, 11, 25, 20, 0, tzinfo=TOKYO)
CLOSES = EVENING + timedelta(days=14)
LATER = EVENING + timedelta(hours=1)

FINE = Choice(
    is_oneself=False,
    were_together=True,
    starts_at=EVENING,
    closes_at=CLOSES,
    locked_at=None,
    wants_contact=True,
    wishes_spent=2,
    most_wishes=3,
)


@pytest.mark.parametrize(
    ("change", "now", "reason"),
    [
        ({}, LATER, None),
        ({}, EVENING, None),
        ({}, CLOSES, None),
        ({"is_oneself": True}, LATER, NoIntention.ONESELF),
        ({"were_together": False}, LATER, NoIntention.NOT_TOGETHER),
        ({}, EVENING - timedelta(seconds=1), NoIntention.NOT_STARTED),
        ({}, CLOSES + timedelta(seconds=1), NoIntention.TOO_LATE),
        ({"locked_at": LATER}, LATER, NoIntention.LOCKED),
        ({"locked_at": LATER}, CLOSES + timedelta(seconds=1), NoIntention.LOCKED),
        ({"locked_at": LATER}, LATER - timedelta(seconds=1), None),
        ({"is_settled": True}, LATER, NoIntention.LOCKED),
        ({"wishes_spent": 3}, LATER, NoIntention.ENOUGH_WISHES),
        ({"wishes_spent": 3, "wants_contact": False}, LATER, None),
        # The first reason is told: nothing about the evening to somebody who was not there.
        ({"were_together": False, "locked_at": EVENING, "wishes_spent": 3}, CLOSES, NoIntention.NOT_TOGETHER),
    ],
)
def test_each_reason_against_a_choice(change, now, reason):
    assert why_not_choose(replace(FINE, **change), now) == reason


def at(day, hour, minute=0, second=0):
    return datetime(2026, 11, day, hour, minute, second, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("starts_at", "chosen_at", "locks_at", "forms_at"),
    [
        (at(25, 20), at(25, 20, 55), at(26, 6), at(26, 7)),
        (at(25, 20), at(26, 0, 10), at(26, 6), at(26, 7)),
        (at(25, 20), at(26, 5, 59, 59), at(26, 6), at(26, 7)),
        # In the hour between the lock and the ties, and at its very start, the next morning counts.
        (at(25, 20), at(26, 6), at(27, 6), at(27, 7)),
        (at(25, 20), at(26, 6, 30), at(27, 6), at(27, 7)),
        (at(25, 20), at(29, 12), at(30, 6), at(30, 7)),
        # A talk before breakfast, and one over midnight: never on the day of the meeting itself.
        (at(25, 4), at(25, 5), at(26, 6), at(26, 7)),
        (at(25, 23, 30), at(26, 0, 20), at(26, 6), at(26, 7)),
    ],
)
def test_a_choice_locks_at_six_and_takes_effect_at_seven(starts_at, chosen_at, locks_at, forms_at):
    morning = morning_of(chosen_at, starts_at)
    assert (morning.locks_at, morning.forms_at) == (locks_at, forms_at)
    assert morning_of(chosen_at.astimezone(tz=None), starts_at) == morning  # whatever clock the server has


def test_locked_from_the_second_of_its_lock():
    assert [is_locked(None, LATER), is_locked(LATER, LATER - timedelta(seconds=1)), is_locked(LATER, LATER)] == [
        False,
        False,
        True,
    ]
