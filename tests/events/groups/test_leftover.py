"""Everybody has a place, whoever blocks whom; and nobody who leads an evening can find out who that is."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from events.evening.flows.checking_in import check_in, undo_check_in
from events.evening.flows.evening import begin_round, publish_round
from events.groups.flows.grouping import draw_groups
from events.groups.flows.moving import lock_seat, move_seat
from events.groups.flows.repairing import repair_rounds
from events.groups.limits import PROBING
from events.groups.rules.leftover import leave_out, seat_apart, seat_the_rest, together, without_those_who_sit_together
from events.groups.rules.probing import TooOften
from events.groups.rules.seating import LARGEST, Pinned
from events.hosting.queries.group_acts import acts_of_late
from events.models import Attendance, Round, Seat
from kouryu.references import reference_to
from kouryu.refusal import Refused
from members.models import AuditEntry, Block, KeptApart
from tests.events.groups.test_drawing_groups import let_in, meetings, people_at, seated
from tests.factories import make_event, make_member, make_registration

# --- the rules

people = st.integers(1, 12).map(lambda number: [str(one) for one in range(number)])


@st.composite
def companies(draw):
    """People, and pairs of them who are kept apart."""
    everybody = draw(people)
    pairs = list(combinations(everybody, 2))
    return everybody, draw(st.lists(st.sampled_from(pairs), unique=True) if pairs else st.just([]))


@st.composite
def seatings(draw):
    """The same with rooms in which they sit."""
    everybody, blocked = draw(companies())
    number = draw(st.integers(1, 4))
    places = draw(st.lists(st.integers(0, number - 1), min_size=len(everybody), max_size=len(everybody)))
    return [[one for one, at in zip(everybody, places, strict=True) if at == place] for place in range(number)], blocked


@given(companies())
def test_each_of_the_rest_has_a_place_with_nobody_they_cannot_sit_with(company):
    everybody, blocked = company
    rooms = seat_the_rest([], everybody, blocked)
    assert sorted(one for room in rooms for one in room) == sorted(everybody)
    assert not together(rooms, blocked)
    assert all(1 <= len(room) <= LARGEST for room in rooms)


@given(seatings(), st.randoms(use_true_random=False))
def test_who_is_pinned_stays_and_everybody_else_is_seated_apart(seating, dice):
    rooms, blocked = seating
    pinned = [
        Pinned(tuple(one for one in room if is_closed or dice.random() < 0.5), is_closed=is_closed)
        for room in rooms
        for is_closed in [dice.random() < 0.3]
    ]
    found = seat_apart(rooms, pinned, blocked, Random(1))
    assert sorted(one for room in found for one in room) == sorted(one for room in rooms for one in room)
    assert all(set(pin.people) <= set(room) for pin, room in zip(pinned, found, strict=False))
    kept = without_those_who_sit_together([pin.people for pin in pinned], blocked)
    assert not together(found, kept)


@given(seatings(), st.randoms())
def test_what_is_given_by_hand_looks_the_same_with_and_without_blocks(seating, dice):
    """Rooms that are all pinned come back as they are, whoever blocks whom."""
    rooms, blocked = seating
    pinned = [Pinned(tuple(room)) for room in rooms]
    assert seat_apart(rooms, pinned, blocked, dice) == rooms


def test_who_can_sit_with_nobody_is_left_out_first_and_ties_take_turns():
    star = [("a", other) for other in "bcdef"]
    assert leave_out("abcdef", star, {}, Random(1)) == "a"
    assert leave_out("ab", [("a", "b")], {"a": 1}, Random(1)) == "b"


# --- an evening

pytestmark = pytest.mark.django_db


@pytest.fixture
def tonight(ren):
    return make_event(ren, starts_at=timezone.now(), capacity=30)


def block(members, pairs):
    for a, b in pairs:
        Block.objects.create(blocker=members[a], blocked=members[b], blocked_at=timezone.now())


STAR = [(number, 5) for number in range(5)]
RING = [(number, (number + 1) % 5) for number in range(5)]
COMPANIES = {
    "one blocked by all of five": (6, STAR, [1, 5]),
    "a ring of five": (5, RING, [1, 2, 2]),
    "one of four blocked by all": (4, [(0, 3), (1, 3), (2, 3)], [1, 3]),
    "three with one block": (3, [(0, 1)], [1, 2]),
    "two who block": (2, [(0, 1)], [1, 1]),
    "everybody blocks everybody": (4, list(combinations(range(4), 2)), [1, 1, 1, 1]),
}


@pytest.mark.parametrize(("number", "pairs", "sizes"), COMPANIES.values(), ids=COMPANIES)
def test_one_who_can_sit_with_nobody_does_not_stop_the_evening(tonight, ren, number, pairs, sizes):
    members = people_at(tonight, number)
    block(members, pairs)
    first, _ = draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=1)
    rooms = [people for (at, _), people in seated(tonight).items() if at == 1]
    assert sorted(map(len, rooms)) == sizes
    assert not {frozenset((members[a].pk, members[b].pk)) for a, b in pairs} & set(meetings(tonight))
    publish_round(event_id=tonight.pk, round_id=first.pk, by=ren, now=timezone.now())
    assert begin_round(event_id=tonight.pk, round_id=first.pk, by=ren, now=timezone.now()).started_at


def test_who_sits_with_the_host_takes_turns(tonight, ren):
    block(people_at(tonight, 3), [(0, 1)])
    draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=1)
    alone = [people for people in seated(tonight).values() if len(people) == 1]
    assert len(set().union(*alone)) == 2


@pytest.mark.long
@pytest.mark.parametrize("seed", range(12))
def test_whoever_blocks_whom_everybody_has_a_place_in_each_round_and_in_each_repair(tonight, ren, seed):
    dice = Random(seed)
    number = dice.randint(3, 10)
    members = people_at(tonight, number)
    late = make_registration(tonight, make_member("のぞみ"))
    everybody = [*members, late.member]
    pairs = [pair for pair in combinations(range(number + 1), 2) if dice.random() < dice.choice([0.2, 0.5, 0.9])]
    block(everybody, pairs)
    draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=seed)
    check_in(event_id=tonight.pk, registration_id=late.pk, by=ren, now=timezone.now())
    left = tonight.registrations.get(member=members[0])
    undo_check_in(event_id=tonight.pk, registration_id=left.pk, by=ren, now=timezone.now())
    present = sorted(one.pk for one in everybody[1:])
    for at in (1, 2):
        assert sorted(Seat.objects.filter(round__number=at).values_list("member", flat=True)) == present
    assert not {frozenset((everybody[a].pk, everybody[b].pk)) for a, b in pairs} & set(meetings(tonight))


def test_both_the_host_and_the_member_read_with_whom_the_odd_one_sits_and_nothing_of_a_block(tonight, ren, signed_in):
    members = people_at(tonight, 6)
    block(members, STAR)
    first, _ = draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=1)
    publish_round(event_id=tonight.pk, round_id=first.pk, by=ren, now=timezone.now())
    board = signed_in(ren).get(reverse("events:groups", args=[tonight.pk])).text
    page = signed_in(members[5]).get(reverse("events:group", args=[tonight.pk])).text
    assert "進行役とご一緒に" in board
    assert "進行役がお話の相手です" in page
    assert "ブロック" not in board + page


def test_a_late_one_whom_nobody_can_sit_with_sits_with_the_host(tonight, ren):
    members = people_at(tonight, 4)
    first, _ = draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=1)
    publish_round(event_id=tonight.pk, round_id=first.pk, by=ren, now=timezone.now())
    late = let_in(tonight, make_member("のぞみ"))
    block([*members, late.member], [(number, 4) for number in range(4)])
    repair_rounds(event_id=tonight.pk, by=ren, now=timezone.now())
    assert {late.member_id} in seated(tonight).values()


def test_a_late_one_joins_another_group_of_a_running_talk_where_the_chosen_one_cannot_be(tonight, ren):
    people_at(tonight, 9)
    first, _ = draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=1)
    for act in (publish_round, begin_round):
        act(event_id=tonight.pk, round_id=first.pk, by=ren, now=timezone.now())
    late = let_in(tonight, make_member("のぞみ"))
    chosen = first.groups.get(number=1)
    block([late.member, chosen.seats.first().member], [(0, 1)])
    moved = move_seat(
        event_id=tonight.pk, round_id=first.pk, member_id=late.member_id, group_id=chosen.pk, by=ren, now=timezone.now()
    )
    assert moved.group.number in {2, 3}


# --- nothing to find out


def answers_to_all_moves(ren, signed_in, *, plant):
    """What a host reads who sits each of six alone and lets each other one join; `plant` puts something in between."""
    event = make_event(ren, starts_at=timezone.now(), capacity=30)
    members = people_at(event, 6)
    first, _ = draw_groups(event_id=event.pk, by=ren, now=timezone.now(), seed=1)
    before = {seat.member_id: seat.group_id for seat in Seat.objects.filter(round=first)}
    plant(members)
    host, address, answers = signed_in(ren), reverse("events:move", args=[event.pk]), []
    drawn = reference_to("round", first.pk)
    for one, other in combinations(members, 2):
        answers.append(host.post(address, {"round": drawn, "member": one.reference, "to": "new"}).status_code)
        group = Seat.objects.get(round=first, member=one).group_id
        there = f"group-{reference_to('group', group)}"
        answers.append(host.post(address, {"round": drawn, "member": other.reference, "to": there}).status_code)
        room = {members.index(seat.member) for seat in Seat.objects.filter(group=group).select_related("member")}
        answers.append(room)
        for seat in Seat.objects.filter(round=first, member__in=[one, other]):
            seat.group_id = before[seat.member_id]
            seat.save()
    return answers


def test_no_answer_to_a_move_depends_on_a_block_or_a_wish(ren, signed_in):
    def plant(members):
        block(members, [(0, 3)])
        KeptApart.objects.create(holder=members[1], person=members[4], since_at=timezone.now())

    answers = answers_to_all_moves(ren, signed_in, plant=plant)
    assert answers == answers_to_all_moves(ren, signed_in, plant=lambda members: None)
    assert set(map(str, answers[::3] + answers[1::3])) == {"302"}


def test_a_late_one_and_a_lock_do_not_take_apart_what_a_host_put_together(tonight, ren):
    members = people_at(tonight, 6)
    block(members, [(0, 3)])
    first, _ = draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=1)
    act = {"event_id": tonight.pk, "round_id": first.pk, "by": ren, "now": timezone.now()}
    group = Seat.objects.get(round=first, member=members[0]).group
    seat = move_seat(member_id=members[3].pk, group_id=group.pk, **act)
    late = make_registration(tonight, make_member("のぞみ"))
    check_in(event_id=tonight.pk, registration_id=late.pk, by=ren, now=timezone.now())
    assert (
        Seat.objects.get(round=first, member=members[3]).group == Seat.objects.get(round=first, member=members[0]).group
    )
    for one in Seat.objects.filter(round=first, member__in=[members[0], members[3]]):
        lock_seat(seat_id=one.pk, locked=True, **act)
    draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=3)
    assert {members[0].pk, members[3].pk} <= seated(tonight)[1, seat.group.number]


def test_what_is_seated_apart_when_a_round_is_shown_is_the_whole_round(tonight, ren):
    """Three pairs made by hand, of which one is a block: all change, and nobody can tell which it was."""
    members = people_at(tonight, 6)
    block(members, [(0, 1)])
    first, _ = draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=1)
    groups = [*first.groups.all(), first.groups.create(number=3)]
    for place, member in enumerate(members):
        Seat.objects.filter(round=first, member=member).update(group=groups[place // 2])
    publish_round(event_id=tonight.pk, round_id=first.pk, by=ren, now=timezone.now())
    assert sorted(len(people) for (at, _), people in seated(tonight).items() if at == 1) == [3, 3]
    assert frozenset((members[0].pk, members[1].pk)) not in meetings(tonight)


def refused(flow, **facts):
    with pytest.raises(Refused) as caught:
        flow(now=timezone.now(), **facts)
    return caught.value.reason


@pytest.mark.parametrize("is_blocked", [False, True])
def test_two_or_three_who_are_checked_in_pair_by_pair_are_drawn_three_times(tonight, ren, is_blocked):
    members = people_at(tonight, 4)
    if is_blocked:
        block(members, [(0, 1)])
    answers = []
    for pair in combinations(members, 2):
        for member in members:
            presence = "present" if member in pair else "excused"
            Attendance.objects.filter(registration__member=member).update(presence=presence)
        try:
            draw_groups(event_id=tonight.pk, by=ren, now=timezone.now())
            answers.append("drawn")
        except Refused as no:
            answers.append(no.reason)
    assert answers == ["drawn"] * PROBING.small_draws + [TooOften.SMALL_DRAWS] * (6 - PROBING.small_draws)


def test_one_company_gets_a_few_plans_and_an_evening_a_dozen_draws(tonight, ren):
    people_at(tonight, 9)
    plans = []
    for _ in range(PROBING.draws):
        draw_groups(event_id=tonight.pk, by=ren, now=timezone.now())
        plans.append(frozenset(map(frozenset, seated(tonight).values())))
    assert len(set(plans)) == PROBING.variants
    assert refused(draw_groups, event_id=tonight.pk, by=ren) == TooOften.DRAWS


def test_a_round_that_was_shown_changes_by_hand_three_times_and_can_always_begin(tonight, ren):
    people_at(tonight, 9)
    first, _ = draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=1)
    act = {"event_id": tonight.pk, "round_id": first.pk, "by": ren}
    one, groups = Seat.objects.filter(round=first).first(), list(first.groups.all())
    for turn in range(PROBING.reopenings):
        publish_round(**act, now=timezone.now())
        move_seat(**act, member_id=one.member_id, group_id=groups[(turn + 1) % 3].pk, now=timezone.now())
    publish_round(**act, now=timezone.now())
    assert refused(move_seat, **act, member_id=one.member_id, group_id=groups[1].pk) == TooOften.REOPENINGS
    assert refused(draw_groups, event_id=tonight.pk, by=ren) == TooOften.REOPENINGS
    assert begin_round(**act, now=timezone.now()).started_at
    assert AuditEntry.objects.filter(verb="round.reopen").count() == PROBING.reopenings


def test_check_ins_are_taken_back_so_often_once_there_are_groups(tonight, ren):
    people_at(tonight, 6)
    draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=1)
    one = tonight.registrations.first()
    act = {"event_id": tonight.pk, "registration_id": one.pk, "by": ren}
    for _ in range(PROBING.corrected):
        undo_check_in(**act, now=timezone.now())
        check_in(**act, now=timezone.now())
    assert refused(undo_check_in, **act) == TooOften.CORRECTED
    Round.objects.all().delete()
    undo_check_in(**act, now=timezone.now())


def test_the_pages_say_what_to_do_when_it_was_too_often(tonight, ren, signed_in):
    people_at(tonight, 2)
    address = reverse("events:groups", args=[tonight.pk])
    answers = [signed_in(ren).post(address) for _ in range(PROBING.small_draws + 1)]
    assert [answer.status_code for answer in answers] == [302] * PROBING.small_draws + [409]
    assert "ひと晩に3回までです" in answers[-1].text


def test_owner_and_moderators_read_who_tried_how_often_and_nothing_of_what_came_of_it(tonight, ren, kai, signed_in):
    members = people_at(tonight, 3)
    block(members, [(0, 1)])
    for _ in range(PROBING.small_draws):
        draw_groups(event_id=tonight.pk, by=ren, now=timezone.now())
    refused(draw_groups, event_id=tonight.pk, by=ren)
    first = tonight.rounds.get(number=1)
    move_seat(
        event_id=tonight.pk, round_id=first.pk, member_id=members[0].pk, group_id=None, by=ren, now=timezone.now()
    )
    (evening,) = acts_of_late(timezone.now())
    assert (evening.event, evening.is_at_a_limit) == (tonight, True)
    assert [(acts.member, acts.numbers) for acts in evening.by] == [(ren, [3, 3, 1, 1, 0, 0])]
    page = signed_in(kai).get(reverse("events:group_acts"))
    assert "上限に届きました" in page.text
    assert not any(member.called_name in page.text for member in members)


def test_the_record_asks_the_same_few_questions_for_one_evening_and_many(ren, kai, django_assert_max_num_queries):
    def evening():
        event = make_event(ren, starts_at=timezone.now(), capacity=30)
        people_at(event, 3)
        draw_groups(event_id=event.pk, by=ren, now=timezone.now())

    evening()
    with django_assert_max_num_queries(5) as one:
        acts_of_late(timezone.now())
    for _ in range(3):
        evening()
    with django_assert_max_num_queries(5) as many:
        acts_of_late(timezone.now())
    assert len(one) == len(many)
