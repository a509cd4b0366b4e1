"""The rules on anonymous picks as tables, and a search for histories in which somebody could be found out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from feedback.cases.choices import CaseState, SubjectKind
from feedback.cases.rules import CaseFacts, NoCase
from feedback.letters.rules import (
    Encounter,
    NoPicks,
    NoReach,
    Pool,
    Release,
    ReleasedBatch,
    WaitingPicks,
    how_many_fit,
    latest_first_of_month,
    release,
    why_not_leave,
    why_not_look,
    why_not_take_back,
)
from kouryu.clock import TOKYO

NIGHT = datetime(2026, 11, 25, 20, tzinfo=TOKYO)
CLOSES = NIGHT + timedelta(days=14)
MET = Encounter(
    is_oneself=False,
    have_met=True,
    is_within_reach=True,
    starts_at=NIGHT,
    closes_at=CLOSES,
)

# --- leaving, taking back, looking


@pytest.mark.parametrize(
    ("facts", "left_before", "has_letter", "now", "reason"),
    [
        ({}, False, False, NIGHT, None),
        ({}, False, False, CLOSES, None),
        ({"is_oneself": True}, False, False, NIGHT, NoPicks.ONESELF),
        ({"have_met": False}, False, False, NIGHT, NoPicks.NOT_TOGETHER),
        ({"is_within_reach": False}, False, False, NIGHT, NoReach.NOW),
        ({}, False, False, NIGHT - timedelta(seconds=1), NoPicks.NOT_STARTED),
        ({}, False, False, CLOSES + timedelta(seconds=1), NoPicks.TOO_LATE),
        ({}, True, False, NIGHT, NoPicks.LEFT_BEFORE),
        ({}, False, True, NIGHT, NoPicks.SIGNED),
        ({"given_today": 11}, False, False, NIGHT, None),
        ({"given_today": 12}, False, False, NIGHT, NoPicks.ENOUGH_TODAY),
    ],
)
def test_who_may_leave_picks(facts, left_before, has_letter, now, reason):
    answer = why_not_leave(replace(MET, **facts), left_before=left_before, has_letter=has_letter, now=now)
    assert answer == reason


def test_picks_are_taken_back_until_the_writing_time_ends():
    moments = [CLOSES, CLOSES + timedelta(seconds=1)]
    assert [why_not_take_back(CLOSES, now) for now in moments] == [None, NoPicks.CLOSED]


HELD = CaseFacts(
    kind=SubjectKind.MEMBER,
    state=CaseState.TAKEN,
    taken_by_me=True,
    taken_at=NIGHT,
    own_matter=False,
    subject_exists=True,
    member_exists=True,
)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({}, None),
        ({"own_matter": True}, NoCase.OWN_MATTER),
        ({"state": CaseState.OPEN, "taken_by_me": False}, NoCase.NOT_TAKEN),
        ({"taken_by_me": False}, NoCase.TAKEN_BY_OTHER),
        ({"state": CaseState.DECIDED}, NoCase.DECIDED),
        ({"member_exists": False}, NoCase.NOBODY_THERE),
    ],
)
def test_only_whoever_holds_a_case_looks(facts, reason):
    assert why_not_look(replace(HELD, **facts)) == reason


@pytest.mark.parametrize(
    ("now", "first"),
    [
        ("2026-12-01T07:00", "2026-12-01"),
        ("2026-12-01T06:59", "2026-11-01"),
        ("2026-12-31T23:59", "2026-12-01"),
        ("2027-01-01T06:59", "2026-12-01"),
        ("2027-01-01T07:00", "2027-01-01"),
    ],
)
def test_the_month_turns_at_seven_in_tokyo(now, first):
    moment = latest_first_of_month(datetime.fromisoformat(now).replace(tzinfo=TOKYO))
    assert moment == datetime.fromisoformat(first).replace(tzinfo=TOKYO)


# --- how many sets a batch can take


def batch(people: str, sets: int) -> ReleasedBatch:
    return ReleasedBatch(frozenset(map(ord, people)), sets)


@pytest.mark.parametrize(
    ("people", "earlier", "sets"),
    [
        ("", [], 0),
        ("ab", [], 0),
        ("abc", [], 1),  # two of three: if one of the two told, one of two is left
        ("abcd", [], 2),
        ("abcde", [], 3),
        ("abc", [batch("def", 1)], 1),  # other people: nothing to do with it
        ("cde", [batch("abc", 1)], 0),  # c hides one set already, and abc has nobody to spare
        ("cdef", [batch("abcx", 1)], 1),
        ("cdef", [batch("abcx", 2)], 0),
        ("cdefg", [batch("abcx", 1), batch("gh", 0)], 1),  # no more than abcx can spare
        ("cdefgh", [batch("abcxy", 1), batch("ghijk", 1)], 2),
    ],
)
def test_how_many_sets_people_can_hide(people, earlier, sets):
    assert how_many_fit(frozenset(map(ord, people)), earlier, enough=3) == sets


FIVE = frozenset(range(5))


@pytest.mark.parametrize(
    ("pool", "released"),
    [
        (Pool(met=FIVE), Release(closes=True, candidates=FIVE, released=(10, 11))),
        (Pool(met=frozenset({0, 1})), Release(closes=False)),
        (Pool(met=FIVE, signed=frozenset({2, 3, 4})), Release(closes=False)),
        (Pool(met=FIVE, blocked=frozenset({2, 3, 4})), Release(closes=False)),
        # What the receiver does not know keeps sets back, and never the pool open.
        (Pool(met=FIVE, on_the_way=frozenset({2, 3, 4})), Release(closes=True, candidates=frozenset({0, 1}))),
        (Pool(met=FIVE, gone=frozenset({2, 3, 4})), Release(closes=True, candidates=frozenset({0, 1}))),
        (Pool(met=FIVE, signed=frozenset({4})), Release(closes=True, candidates=FIVE - {4}, released=(10, 11))),
        # The giver themselves has to be one of those who could have given.
        (Pool(met=FIVE, signed=frozenset({0})), Release(closes=True, candidates=FIVE - {0}, released=(11,))),
    ],
)
def test_what_a_first_of_a_month_releases(pool, released):
    waiting = [WaitingPicks(10, giver=0), WaitingPicks(11, giver=1), WaitingPicks(12, giver=99)]
    assert release(pool, waiting, [], enough=3) == released


def test_the_oldest_sets_go_first_and_the_others_wait():
    waiting = [WaitingPicks(number, giver=number) for number in range(5)]
    assert release(Pool(met=FIVE), waiting, [], enough=3).released == (0, 1, 2)


def test_whether_a_pool_closes_never_depends_on_what_waits():
    pools = [Pool(met=frozenset(range(size))) for size in range(6)]
    assert [release(pool, [WaitingPicks(1, giver=0)], [], enough=3).closes for pool in pools] == [
        release(pool, [], [], enough=3).closes for pool in pools
    ]


def test_people_who_hide_as_much_as_they_can_are_candidates_no_more():
    earlier = [ReleasedBatch(frozenset({0, 1, 2}), 1)]
    done = release(
        Pool(met=frozenset(range(6))), [WaitingPicks(1, giver=0), WaitingPicks(2, giver=5)], earlier, enough=3
    )

    assert done == Release(closes=True, candidates=frozenset({3, 4, 5}), released=(2,))


# --- any history whatever


def history(dice: Random) -> tuple[list[ReleasedBatch], list[int]]:
    """Twelve months of a receiver among eight people: the batches with sets in them, and who gave each set."""
    people, batches, givers = range(8), [], []
    unreleased = dice.sample(people, dice.randint(1, 8))
    for _month in range(12):
        met = frozenset(dice.sample(people, dice.randint(2, 6)))
        signed = frozenset(person for person in met if dice.random() < 0.2)
        gone = frozenset(person for person in met if dice.random() < 0.1)
        waiting = [WaitingPicks(giver, giver) for giver in unreleased]
        done = release(Pool(met=met, signed=signed, gone=gone), waiting, batches, enough=3)
        if done.released:
            batches.append(ReleasedBatch(done.candidates, len(done.released)))
            givers.extend(done.released)
            unreleased = [giver for giver in unreleased if giver not in done.released]
    return batches, givers


def worlds(hidden: Sequence[frozenset[int]], taken: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    """Every way in which each set may have a giver among its candidates, each of them once for ever."""
    if len(taken) == len(hidden):
        yield taken
        return
    for person in hidden[len(taken)] - set(taken):
        yield from worlds(hidden, (*taken, person))


@pytest.mark.parametrize("seed", range(150))
def test_in_any_history_three_remain_for_every_set_and_nobody_is_known_to_have_given(seed):
    batches, givers = history(Random(seed))
    hidden = [place.candidates for place in batches for _ in range(place.sets)]
    possible = list(worlds(hidden))

    assert all(len({world[number] for world in possible}) >= 3 for number in range(len(hidden)))
    assert not [person for person in range(8) if hidden and all(person in world for world in possible)]
    for number, candidates in enumerate(hidden):
        assert len(candidates - {giver for other, giver in enumerate(givers) if other != number}) >= 3


def test_the_histories_searched_hold_releases_that_touch_each_other():
    found = [history(Random(seed))[0] for seed in range(150)]
    touching = [
        batches
        for batches in found
        if any(one.candidates & other.candidates for one in batches for other in batches if one is not other)
    ]
    assert (len([batches for batches in found if len(batches) > 1]) > 30, len(touching) > 10) == (True, True)
