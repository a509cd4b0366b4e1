"""Times for two: which may be proposed, chosen, called off, and when the door is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feedback.ties.choices import TalkState
from feedback.ties.rules.talk import (
    NoTalk,
    Phase,
    TalkFacts,
    TalkProposal,
    TimeSlot,
    lapses_at,
    phase_of,
    why_not_answer,
    why_not_call_off,
    why_not_choose,
    why_not_hold,
    why_not_join,
    why_not_propose,
)

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
HOUR, DAY, SOON = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
WITHIN = timedelta(days=60)
FREE = TalkProposal([NOW + DAY], timedelta(minutes=20), "", "", has_good_link=True, busy=[], one_is_open=False)
BUSY = [TimeSlot(NOW + DAY, NOW + DAY + HOUR)]
ASKED = TalkFacts(TalkState.PROPOSED, False, [NOW + DAY, NOW + 2 * DAY], NOW + 2 * DAY, None, timedelta(minutes=20))
MINE = replace(ASKED, is_mine=True)
AGREED = replace(ASKED, state=TalkState.AGREED, starts_at=NOW + DAY)
ENDS = NOW + DAY + timedelta(minutes=20)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"times": []}, NoTalk.NO_TIME),
        ({"times": [NOW + n * DAY for n in (1, 2, 3)]}, None),
        ({"times": [NOW + n * DAY for n in (1, 2, 3, 4)]}, NoTalk.TOO_MANY_TIMES),
        ({"times": [NOW + DAY] * 4}, None),
        ({"times": [NOW]}, NoTalk.PAST),
        ({"times": [NOW + SOON]}, None),
        ({"times": [NOW + WITHIN]}, None),
        ({"times": [NOW + WITHIN + SOON]}, NoTalk.FAR),
        ({"times": [datetime.max.replace(tzinfo=UTC)]}, NoTalk.FAR),
        ({"times": [datetime.min.replace(tzinfo=UTC)]}, NoTalk.PAST),
        ({"busy": BUSY}, NoTalk.BUSY),
        ({"busy": BUSY, "times": [NOW + DAY + HOUR]}, None),
        ({"busy": BUSY, "times": [NOW + DAY - timedelta(minutes=20)]}, None),
        ({"busy": BUSY, "times": [NOW + DAY - timedelta(minutes=19)]}, NoTalk.BUSY),
        ({"busy": BUSY, "times": [NOW + 2 * DAY, NOW + DAY]}, NoTalk.BUSY),
        ({"place": "あ" * 100}, None),
        ({"place": "あ" * 101}, NoTalk.PLACE_LONG),
        ({"place_has_address": True}, NoTalk.PLACE_ADDRESS),
        ({"link_signs_in": True}, NoTalk.LINK_SIGNS_IN),
        ({"has_good_link": False}, NoTalk.BAD_LINK),
        ({"link": "https://" + "a" * 300}, NoTalk.BAD_LINK),
        ({"one_is_open": True}, NoTalk.ONE_IS_OPEN),
        ({"made_today": 2}, None),
        ({"made_today": 3}, NoTalk.ENOUGH_TODAY),
        ({"made_today": 3, "one_is_open": True}, NoTalk.ONE_IS_OPEN),
    ],
)
def test_why_not_propose(changes, expected):
    assert why_not_propose(replace(FREE, **changes), NOW, within=WITHIN) == expected


def test_a_proposal_waits_until_its_last_time_but_no_longer_than_a_week():
    week = timedelta(days=7)
    assert lapses_at([NOW + DAY, NOW + 3 * DAY], NOW, after=week) == NOW + 3 * DAY
    assert lapses_at([NOW + DAY, NOW + 30 * DAY], NOW, after=week) == NOW + week


@pytest.mark.parametrize(
    ("talk", "starts_at", "busy", "now", "expected"),
    [
        (ASKED, NOW + DAY, [], NOW, None),
        (ASKED, NOW + 2 * DAY, BUSY, NOW, None),
        (ASKED, NOW + DAY, BUSY, NOW, NoTalk.BUSY),
        (ASKED, NOW + 3 * DAY, [], NOW, NoTalk.NOT_OFFERED),
        (ASKED, NOW + DAY, [], NOW + DAY, NoTalk.PAST),
        (ASKED, NOW + 2 * DAY, [], NOW + 2 * DAY, NoTalk.LAPSED),
        (MINE, NOW + DAY, [], NOW, NoTalk.OWN_PROPOSAL),
        (AGREED, NOW + 2 * DAY, [], NOW, NoTalk.SETTLED),
    ],
)
def test_why_not_choose(talk, starts_at, busy, now, expected):
    assert why_not_choose(talk, starts_at, busy, now) == expected


@pytest.mark.parametrize("state", [state for state in TalkState if state != TalkState.PROPOSED])
def test_what_has_an_answer_gets_no_other(state):
    assert why_not_answer(replace(AGREED, state=state), NOW) == NoTalk.SETTLED


@pytest.mark.parametrize(
    ("talk", "now", "expected"),
    [
        (MINE, NOW, None),
        (MINE, NOW + 2 * DAY, NoTalk.LAPSED),
        (ASKED, NOW, NoTalk.NOT_AGREED),
        (AGREED, NOW + DAY - SOON, None),
        (AGREED, NOW + DAY, NoTalk.BEGUN),
        (replace(AGREED, state=TalkState.HELD), NOW, NoTalk.SETTLED),
        (replace(MINE, state=TalkState.DECLINED), NOW, NoTalk.SETTLED),
    ],
)
def test_why_not_call_off(talk, now, expected):
    assert why_not_call_off(talk, now) == expected


@pytest.mark.parametrize(
    ("state", "now", "expected"),
    [
        (TalkState.AGREED, ENDS - SOON, NoTalk.NOT_OVER),
        (TalkState.AGREED, ENDS, None),
        (TalkState.MISSED, ENDS, None),
        (TalkState.HELD, ENDS, None),
        (TalkState.CALLED_OFF, ENDS, NoTalk.NOT_AGREED),
        (TalkState.DECLINED, ENDS, NoTalk.NOT_AGREED),
    ],
)
def test_why_not_hold(state, now, expected):
    assert why_not_hold(replace(AGREED, state=state), now) == expected


@pytest.mark.parametrize(
    ("talk", "now", "expected"),
    [
        (AGREED, NOW + DAY - timedelta(minutes=10), None),
        (AGREED, NOW + DAY - timedelta(minutes=10) - SOON, NoTalk.NOT_YET_OPEN),
        (AGREED, ENDS - SOON, None),
        (AGREED, ENDS, NoTalk.OVER),
        (ASKED, NOW + DAY, NoTalk.NOT_AGREED),
        (replace(AGREED, state=TalkState.CALLED_OFF), NOW + DAY, NoTalk.NOT_AGREED),
    ],
)
def test_why_not_join(talk, now, expected):
    assert why_not_join(talk, now, opens_before=timedelta(minutes=10)) == expected


@pytest.mark.parametrize(
    ("talk", "now", "expected"),
    [
        (ASKED, NOW, Phase.ANSWER),
        (MINE, NOW, Phase.WAITING),
        (ASKED, NOW + 2 * DAY, Phase.CLOSED),
        (MINE, NOW + 2 * DAY, Phase.CLOSED),
        (replace(MINE, state=TalkState.DECLINED), NOW, Phase.CLOSED),
        (AGREED, NOW + DAY, Phase.AGREED),
        (AGREED, ENDS, Phase.OVER),
        (replace(AGREED, state=TalkState.HELD), ENDS, Phase.HELD),
        (replace(AGREED, state=TalkState.MISSED), ENDS, Phase.MISSED),
        (replace(AGREED, state=TalkState.CALLED_OFF), NOW, Phase.CALLED_OFF),
    ],
)
def test_phase_of(talk, now, expected):
    assert phase_of(talk, now) == expected
