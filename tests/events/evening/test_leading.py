"""A host leads through the evening: what may come after what, and who learns of it when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.evening.flows.evening import begin_round, end_round, publish_round, say_to_all
from events.evening.rules import NoWriting
from events.groups.flows.grouping import draw_groups
from events.groups.rules.drawing import NoDraw
from events.groups.rules.evening import EveningStage, NoRunning, RoundTimes, stage_of, talk_ends_at, why_not_begin
from events.models import Event, Round, Seat, Word
from events.registration.rules.closing import EveningFacts, NoAttendance
from kouryu.references import reference_to
from kouryu.refusal import Refused
from members.models import Block
from tests.events.groups.test_drawing_groups import let_in, people_at, seated
from tests.factories import make_event

NOW = START = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
END = START + timedelta(minutes=60)
TONIGHT = EveningFacts("published", START, timedelta(minutes=30))


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def shown(number: int) -> RoundTimes:
    return RoundTimes(number, published_at=at(0))


def begun(number: int, since: int, until: int) -> RoundTimes:
    return RoundTimes(number, published_at=at(0), started_at=at(since), ends_at=at(until))


@pytest.mark.parametrize(
    ("talks", "now", "closed", "stage"),
    [
        pytest.param([], at(-5), False, EveningStage.EARLY, id="before the start"),
        pytest.param([shown(1)], at(-5), False, EveningStage.EARLY, id="before the start, groups shown"),
        pytest.param([], at(0), False, EveningStage.OPENING, id="at the start"),
        pytest.param([shown(1), shown(2)], at(9), False, EveningStage.OPENING, id="groups shown"),
        pytest.param([begun(1, 10, 30), shown(2)], at(29), False, EveningStage.TALK, id="a talk runs"),
        pytest.param([begun(1, 10, 30), shown(2)], at(30), False, EveningStage.BETWEEN, id="its time is over"),
        pytest.param([begun(1, 10, 30), begun(2, 31, 50)], at(40), False, EveningStage.TALK, id="the second runs"),
        pytest.param([begun(1, 10, 30), begun(2, 31, 50)], at(50), False, EveningStage.QUIET, id="the last is over"),
        pytest.param([begun(1, 10, 30)], at(60), False, EveningStage.OVER, id="the end has come"),
        pytest.param([begun(1, 10, 30)], at(20), True, EveningStage.OVER, id="closed early"),
    ],
)
def test_stage_of(talks, now, closed, stage):
    assert stage_of(talks, starts_at=START, ends_at=END, closed=closed, now=now) == stage


@pytest.mark.parametrize(
    ("now", "ends"), [(at(10), at(30)), (at(50), at(60)), (at(61), at(61))], ids=["as planned", "cut", "late"]
)
def test_a_talk_never_outlasts_the_evening(now, ends):
    assert talk_ends_at(now, 20, END) == ends


@pytest.mark.parametrize(
    ("talk", "talks", "seats", "now", "reason"),
    [
        pytest.param(shown(1), [shown(1)], 8, at(1), None, id="shown"),
        pytest.param(RoundTimes(1), [RoundTimes(1)], 8, at(1), NoRunning.NOT_PUBLISHED, id="a proposal"),
        pytest.param(shown(1), [shown(1)], 8, at(-1), NoRunning.NOT_STARTED, id="before the start"),
        pytest.param(shown(1), [shown(1)], 8, at(-31), NoAttendance.NOT_OPEN_YET, id="door shut"),
        pytest.param(shown(2), [shown(1), shown(2)], 8, at(1), NoRunning.EARLIER_ROUND_FIRST, id="out of turn"),
        pytest.param(shown(1), [shown(1)], 1, at(1), None, id="somebody with the host"),
        pytest.param(shown(1), [shown(1)], 0, at(1), NoRunning.NOBODY_SEATED, id="nobody"),
        pytest.param(begun(1, 0, 5), [begun(1, 0, 5)], 8, at(1), NoRunning.ROUND_BEGUN, id="begun"),
    ],
)
def test_why_not_begin(talk, talks, seats, now, reason):
    assert why_not_begin(TONIGHT, talk, talks, seats=seats, now=now) == reason


@pytest.fixture
def tonight(ren):
    return make_event(ren, starts_at=timezone.now(), capacity=30)


def drawn_rounds(event, host, count=8):
    people_at(event, count)
    return draw_groups(event_id=event.pk, by=host, now=timezone.now(), seed=1)


def lead(flow, drawn, host, now=None):
    return flow(event_id=drawn.event_id, round_id=drawn.pk, by=host, now=now or timezone.now())


def test_beginning_takes_its_length_from_the_run_sheet_and_ends_what_still_runs(tonight, ren):
    first, second = drawn_rounds(tonight, ren)
    now = timezone.now()
    for drawn in (first, second):
        lead(publish_round, drawn, ren, now)
    assert lead(begin_round, first, ren, now).ends_at == now + timedelta(minutes=20)
    later = now + timedelta(minutes=12)
    lead(begin_round, second, ren, later)
    first.refresh_from_db()
    assert first.ends_at == later
    again = lead(begin_round, second, ren, later + timedelta(minutes=3))
    assert again.started_at == later


def test_ending_early_and_twice(tonight, ren):
    first, _ = drawn_rounds(tonight, ren)
    now = timezone.now()
    lead(publish_round, first, ren, now)
    assert lead(end_round, first, ren, now).ends_at is None
    lead(begin_round, first, ren, now)
    soon = now + timedelta(minutes=4)
    assert lead(end_round, first, ren, soon).ends_at == soon
    assert lead(end_round, first, ren, soon + timedelta(minutes=1)).ends_at == soon


def test_a_proposal_raises_only_the_desks_number_until_it_is_shown(tonight, ren):
    first, _ = drawn_rounds(tonight, ren)
    numbers = Event.objects.values_list("evening_version", "desk_version")
    evening, desk = numbers.get(pk=tonight.pk)
    assert (evening, desk > 0) == (0, True)
    lead(publish_round, first, ren)
    lead(publish_round, first, ren)
    assert numbers.get(pk=tonight.pk) == (1, desk + 1)


def test_a_new_draw_leaves_what_has_begun(tonight, ren):
    first, second = drawn_rounds(tonight, ren)
    lead(publish_round, first, ren)
    lead(begin_round, first, ren)
    before = {key: people for key, people in seated(tonight).items() if key[0] == 1}
    late = people_at(tonight, 1)[0]
    draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=2)
    after = seated(tonight)
    assert {key: people for key, people in after.items() if key[0] == 1} == before
    assert Round.objects.filter(pk=first.pk).exists()
    assert not Round.objects.filter(pk=second.pk).exists()
    assert late.pk in set().union(*(people for (number, _), people in after.items() if number == 2))


def test_who_met_in_a_talk_that_has_begun_does_not_meet_again_in_a_new_draw(tonight, ren):
    first, _ = drawn_rounds(tonight, ren, count=12)
    lead(publish_round, first, ren)
    lead(begin_round, first, ren)
    for seed in range(3):
        draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=seed)
        groups = seated(tonight)
        met = [frozenset((a, b)) for people in groups.values() for a in people for b in people if a < b]
        assert len(met) == len(set(met))


def test_when_all_have_begun_there_is_nothing_to_draw(tonight, ren):
    for drawn in drawn_rounds(tonight, ren):
        lead(publish_round, drawn, ren)
        lead(begin_round, drawn, ren)
    with pytest.raises(Refused) as refused:
        draw_groups(event_id=tonight.pk, by=ren, now=timezone.now())
    assert refused.value.reason == NoDraw.ALL_BEGUN


@pytest.mark.parametrize("act", ["publish", "begin"])
def test_a_block_since_the_draw_changes_the_seats_and_stops_nobody(tonight, ren, signed_in, act):
    first, _ = drawn_rounds(tonight, ren)
    if act == "begin":
        lead(publish_round, first, ren)
    one, two = [seat.member for seat in Seat.objects.filter(round=first, group__number=1).order_by("pk")[:2]]
    Block.objects.create(blocker=one, blocked=two, blocked_at=timezone.now())
    sent = {"act": act, "round": reference_to("round", first.pk)}
    page = signed_in(ren).post(reverse("events:rounds", args=[tonight.pk]), sent)
    assert page.status_code == 302
    rooms = [people for (number, _), people in seated(tonight).items() if number == 1]
    assert sorted(map(len, rooms)) == [4, 4]
    assert not any({one.pk, two.pk} <= room for room in rooms)


def test_a_round_that_was_drawn_anew_meanwhile_is_said_so(tonight, ren, signed_in):
    first, _ = drawn_rounds(tonight, ren)
    draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=2)
    sent = {"act": "publish", "round": reference_to("round", first.pk)}
    page = signed_in(ren).post(reverse("events:rounds", args=[tonight.pk]), sent)
    assert (page.status_code, "作りなおされました" in page.content.decode()) == (409, True)


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"act": "dance", "round": "1"}, id="unknown act"),
        pytest.param({"act": "begin", "round": "x"}, id="no number"),
        pytest.param({"act": "begin", "round": "9" * 40}, id="huge"),
        pytest.param({"act": "begin", "round": "²"}, id="not a plain digit"),
    ],
)
def test_what_no_button_sends_is_a_bad_request(tonight, ren, signed_in, sent):
    assert signed_in(ren).post(reverse("events:rounds", args=[tonight.pk]), sent).status_code == 400


def test_the_board_leads_by_one_filled_button_at_a_time(tonight, ren, signed_in):
    for number in range(4):
        let_in(tonight, people_at(tonight, 1)[0]) if number < 0 else people_at(tonight, 1)
    address, host = reverse("events:groups", args=[tonight.pk]), signed_in(ren)

    def filled():
        html = host.get(address).content.decode()
        return [
            word
            for word in ("組を作る", "1回目の組を知らせる", "1回目をはじめる", "2回目の組を知らせる")
            if word in html
        ]

    assert filled() == ["組を作る"]
    host.post(address)
    first = Round.objects.get(number=1)
    assert filled() == ["1回目の組を知らせる"]
    rounds = reverse("events:rounds", args=[tonight.pk])
    host.post(rounds, {"act": "publish", "round": reference_to("round", first.pk)})
    assert filled() == ["1回目をはじめる"]
    host.post(rounds, {"act": "begin", "round": reference_to("round", first.pk)})
    assert filled() == ["2回目の組を知らせる"]


def test_the_board_part_is_304_until_something_happens(tonight, ren, signed_in):
    people_at(tonight, 4)
    address, host = reverse("events:groups_now", args=[tonight.pk]), signed_in(ren)
    mark = host.get(address)["ETag"]
    assert host.get(address, headers={"If-None-Match": mark}).status_code == 304
    people_at(tonight, 1)
    draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=1)
    assert host.get(address, headers={"If-None-Match": mark}).status_code == 200


def test_a_word_is_said_changed_and_taken_away(tonight, ren, signed_in):
    address, host = reverse("events:word", args=[tonight.pk]), signed_in(ren)
    for text in ("お茶をどうぞ", "まもなく始めます", "まもなく始めます"):
        assert host.post(address, {"text": text}).status_code == 302
    assert Word.objects.get().text == "まもなく始めます"
    host.post(address, {"text": "  "})
    assert not Word.objects.exists()
    long = host.post(address, {"text": "あ" * 201})
    assert (long.status_code, "あ" * 201 in long.content.decode()) == (422, True)
    with pytest.raises(Refused) as refused:
        say_to_all(event_id=tonight.pk, text="あ" * 201, by=ren, now=timezone.now())
    assert refused.value.reason == NoWriting.WORD_LONG
