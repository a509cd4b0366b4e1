"""A host moves, swaps and locks: what a hard rule forbids gets one word for every cause, and a line in the log."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from events.evening.flows.evening import begin_round, publish_round
from events.groups.flows.grouping import draw_groups
from events.groups.flows.moving import lock_group, lock_seat, move_seat, swap_seats
from events.groups.rules.evening import NoRunning, RoundTimes, why_not_change_round
from events.groups.rules.grouping import GroupingTask, Participant
from events.groups.rules.seating import NoMove, Pinned, draw_around, faults_in, why_not_move
from events.models import Attendance, Event, Group, Round, Seat
from kouryu.references import reference_to
from kouryu.refusal import Refused
from members.models import AuditEntry, Block, KeptApart
from tests.events.evening.test_leading import at
from tests.events.groups.test_drawing_groups import people_at, seated
from tests.factories import make_event

A, B, C, D, E, F = (Participant(id=name, industry=name) for name in "abcdef")
NEW, NEW_TOO, SMALL = (
    Participant(id="n", first_timer=True),
    Participant(id="m", first_timer=True),
    Participant(id="s", small=True),
)
BLOCKED = {frozenset("ab")}


@pytest.mark.parametrize(
    ("room", "faults"),
    [
        pytest.param([C, D, E], 0, id="fine"),
        pytest.param([], 0, id="empty"),
        pytest.param([A, B, C], 1, id="a block"),
        pytest.param([A, B, C, D, E, F], 2, id="six, and a block"),
        pytest.param([NEW, C, D], 1, id="one first-timer"),
        pytest.param([NEW, NEW_TOO, D], 0, id="two first-timers"),
        pytest.param([NEW], 0, id="alone is for publishing to refuse"),
        pytest.param([SMALL, C, D], 0, id="small room"),
        pytest.param([SMALL, C, D, E], 1, id="too large for one who asked for small"),
    ],
)
def test_faults_in(room, faults):
    assert faults_in(room, BLOCKED) == faults


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        pytest.param([[1, 2], [3, 4]], [[2], [3, 4, 1]], None, id="fine"),
        pytest.param([[1], [2, 3, 4, 5, 6]], [[], [2, 3, 4, 5, 6, 1]], NoMove.FULL, id="six"),
        pytest.param([[1, 2, 3, 4, 5, 6, 7], [8]], [[2, 3, 4, 5, 6, 7], [8, 1]], None, id="one of seven goes"),
    ],
)
def test_why_not_move(before, after, reason):
    assert why_not_move(before, after) == reason


@pytest.mark.parametrize(
    ("talk", "late", "now", "reason"),
    [
        (RoundTimes(1), False, at(0), None),
        (RoundTimes(1, at(0), at(5), at(25)), False, at(10), NoRunning.ROUND_BEGUN),
        (RoundTimes(1, at(0), at(5), at(25)), True, at(10), None),
        (RoundTimes(1, at(0), at(5), at(25)), True, at(25), NoRunning.ROUND_BEGUN),
    ],
    ids=["not begun", "begun", "late into a running talk", "late into a talk that is over"],
)
def test_why_not_change_round(talk, late, now, reason):
    assert why_not_change_round(talk, is_late=late, now=now) == reason


@pytest.mark.parametrize("seed", range(6))
def test_a_draw_around_what_is_pinned(seed):
    people = tuple(Participant(id=f"p{number}", industry=f"i{number % 4}") for number in range(14))
    rooms = [Pinned(("p0", "p1", "p2"), is_closed=True), Pinned(("p3",)), Pinned(), Pinned()]
    task = GroupingTask(people=people, sizes=(), blocked=(("p3", "p4"), ("p5", "p6")), seed=seed)
    drawn = draw_around(task, rooms, 4)
    assert sorted(one for room in drawn for one in room) == sorted(person.id for person in people)
    assert drawn[0] == ["p0", "p1", "p2"]
    assert "p3" in drawn[1]
    assert {len(room) for room in drawn[1:] if room} <= {3, 4}
    assert not any({"p3", "p4"} <= set(room) or {"p5", "p6"} <= set(room) for room in drawn)
    assert draw_around(task, rooms, 4) == drawn


@pytest.fixture
def tonight(ren):
    event = make_event(ren, starts_at=timezone.now(), capacity=30)
    people_at(event, 9)
    draw_groups(event_id=event.pk, by=ren, now=timezone.now(), seed=1)
    return event


@pytest.fixture
def first(tonight) -> Round:
    return tonight.rounds.get(number=1)


def seats_of(drawn, number):
    return list(Seat.objects.filter(group__round=drawn, group__number=number).order_by("pk"))


def act(flow, drawn, by, **more):
    return flow(event_id=drawn.event_id, round_id=drawn.pk, by=by, now=timezone.now(), **more)


def refused(flow, drawn, by, **more):
    with pytest.raises(Refused) as caught:
        act(flow, drawn, by, **more)
    return caught.value.reason


def test_a_move_changes_one_seat_and_what_is_said_of_both_groups(first, ren):
    (mover, *_), group = seats_of(first, 1), first.groups.get(number=2)
    act(move_seat, first, ren, member_id=mover.member_id, group_id=group.pk)
    act(move_seat, first, ren, member_id=mover.member_id, group_id=group.pk)
    assert [len(people) for (number, _), people in sorted(seated(first.event).items()) if number == 1] == [2, 4, 3]
    assert list(first.groups.order_by("number").values_list("industries", "new_pairs")) == [(2, 1), (4, 6), (3, 3)]
    assert AuditEntry.objects.filter(verb="seat.move").count() == 1


def test_a_move_into_a_new_group_and_two_who_change_places(first, ren):
    one, other = seats_of(first, 1)[0], seats_of(first, 2)[0]
    act(swap_seats, first, ren, one_id=one.member_id, other_id=other.member_id)
    before = one.group_id, other.group_id
    one.refresh_from_db()
    other.refresh_from_db()
    assert (other.group_id, one.group_id) == before
    moved = act(move_seat, first, ren, member_id=one.member_id, group_id=None)
    assert moved.group.number == 4


def test_a_group_that_is_full_takes_nobody_and_the_try_leaves_a_line(first, ren, signed_in):
    mover, target = seats_of(first, 1)[0], seats_of(first, 2)[0]
    for late in people_at(first.event, 2):
        act(move_seat, first, ren, member_id=late.pk, group_id=target.group_id)
    page = signed_in(ren).post(
        reverse("events:move", args=[first.event_id]),
        {**of_round(first), "member": mover.member.reference, "to": f"group-{reference_to('group', target.group_id)}"},
    )
    assert (page.status_code, "ひとつの組は5人までです" in page.text) == (409, True)
    assert [(line.by, line.why) for line in AuditEntry.objects.filter(verb="seat.refuse")] == [(ren, "move-full")]


def test_what_is_locked_neither_moves_nor_takes_anybody_in(first, ren):
    one, other = seats_of(first, 1)[0], seats_of(first, 2)[0]
    act(lock_seat, first, ren, seat_id=one.pk, locked=True)
    assert refused(move_seat, first, ren, member_id=one.member_id, group_id=other.group_id) == NoMove.LOCKED
    act(lock_seat, first, ren, seat_id=one.pk, locked=False)
    act(lock_group, first, ren, group_id=other.group_id, locked=True)
    assert refused(move_seat, first, ren, member_id=one.member_id, group_id=other.group_id) == NoMove.LOCKED
    swap = {"one_id": one.member_id, "other_id": other.member_id}
    assert refused(swap_seats, first, ren, **swap) == NoMove.LOCKED


@pytest.mark.parametrize("seed", range(4))
def test_a_new_draw_leaves_what_is_locked(first, ren, seed):
    group, seat = first.groups.get(number=1), seats_of(first, 2)[0]
    act(lock_group, first, ren, group_id=group.pk, locked=True)
    act(lock_seat, first, ren, seat_id=seat.pk, locked=True)
    act(publish_round, first, ren)
    before = seated(first.event)
    draw_groups(event_id=first.event_id, by=ren, now=timezone.now(), seed=seed)
    after = seated(first.event)
    assert after[1, 1] == before[1, 1]
    assert seat.member_id in after[1, 2]
    assert set().union(*(people for (number, _), people in after.items() if number == 1)) == set().union(
        *(people for (number, _), people in before.items() if number == 1)
    )
    first.refresh_from_db()
    assert first.published_at is None
    assert Seat.objects.get(round=first, member=seat.member_id).is_locked


def test_a_locked_pair_of_which_one_would_rather_not_is_drawn_around(first, ren):
    one, other = seats_of(first, 1)[:2]
    act(lock_group, first, ren, group_id=one.group_id, locked=True)
    KeptApart.objects.create(holder=one.member, person=other.member, since_at=timezone.now())
    assert draw_groups(event_id=first.event_id, by=ren, now=timezone.now(), seed=1)


def test_a_locked_pair_that_blocks_is_drawn_around_and_seated_apart_when_it_is_shown(first, ren):
    one, other = seats_of(first, 1)[:2]
    act(lock_group, first, ren, group_id=one.group_id, locked=True)
    Block.objects.create(blocker=one.member, blocked=other.member, blocked_at=timezone.now())
    draw_groups(event_id=first.event_id, by=ren, now=timezone.now(), seed=1)
    assert {one.member_id, other.member_id} <= seated(first.event)[1, 1]
    act(publish_round, first, ren)
    assert not any({one.member_id, other.member_id} <= people for people in seated(first.event).values())


def test_what_has_begun_stays_but_a_late_one_may_join_while_it_runs(first, ren):
    one, other = seats_of(first, 1)[0], seats_of(first, 2)[0]
    act(publish_round, first, ren)
    act(begin_round, first, ren)
    assert refused(move_seat, first, ren, member_id=one.member_id, group_id=other.group_id) == NoRunning.ROUND_BEGUN
    assert refused(swap_seats, first, ren, one_id=one.member_id, other_id=other.member_id) == NoRunning.ROUND_BEGUN
    assert refused(lock_seat, first, ren, seat_id=one.pk, locked=True) == NoRunning.ROUND_BEGUN
    (late,) = people_at(first.event, 1)
    act(move_seat, first, ren, member_id=late.pk, group_id=other.group_id)
    assert Seat.objects.get(round=first, member=late).group_id == other.group_id
    Attendance.objects.filter(registration__member=late).delete()
    Seat.objects.filter(member=late).delete()
    assert refused(move_seat, first, ren, member_id=late.pk, group_id=other.group_id) == NoMove.NOBODY


def test_a_move_in_a_shown_round_makes_it_a_proposal_again_and_is_news_to_members(first, ren):
    one, other = seats_of(first, 1)[0], seats_of(first, 2)[0]
    number = Event.objects.values_list("evening_version", flat=True)
    act(move_seat, first, ren, member_id=one.member_id, group_id=other.group_id)
    assert number.get(pk=first.event_id) == 0
    act(publish_round, first, ren)
    act(move_seat, first, ren, member_id=one.member_id, group_id=Group.objects.get(round=first, number=3).pk)
    assert number.get(pk=first.event_id) == 2
    first.refresh_from_db()
    assert first.published_at is None


ROUND, PERSON = reference_to("round", 1), reference_to("person", 1)


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("move", {}),
        ("move", {"round": ROUND, "member": PERSON, "to": "nowhere-" + PERSON}),
        ("move", {"round": ROUND, "member": PERSON, "to": "group-"}),
        ("move", {"round": ROUND, "member": PERSON, "to": "group-x"}),
        ("move", {"round": "1", "member": PERSON, "to": "new"}),
        ("move", {"round": ROUND, "member": "1", "to": "new"}),
        ("move", {"round": ROUND, "member": PERSON, "to": "group-1"}),
        ("move", {"round": "9" * 30, "member": PERSON, "to": "new"}),
        ("lock", {"round": ROUND, "what": "lock"}),
        ("lock", {"round": ROUND, "what": "lock-event-" + ROUND}),
        ("lock", {"round": ROUND, "what": "melt-seat-" + ROUND}),
        ("lock", {"round": ROUND, "what": "lock-seat-\x00"}),
    ],
)
def test_what_the_board_does_not_offer_is_a_bad_request(tonight, ren, signed_in, address, sent):
    assert signed_in(ren).post(reverse(f"events:{address}", args=[tonight.pk]), sent).status_code == 400


def of_round(drawn):
    return {"round": reference_to("round", drawn.pk)}


def test_the_forms_of_the_board_move_swap_and_lock(first, ren, signed_in):
    host, one, other = signed_in(ren), seats_of(first, 1)[0], seats_of(first, 2)[0]
    move, lock = (reverse(f"events:{name}", args=[first.event_id]) for name in ("move", "lock"))
    host.post(move, {**of_round(first), "member": one.member.reference, "to": f"swap-{other.member.reference}"})
    host.post(move, {**of_round(first), "member": other.member.reference, "to": "new"})
    host.post(lock, {**of_round(first), "what": f"lock-seat-{reference_to('seat', one.pk)}"})
    host.post(lock, {**of_round(first), "what": f"lock-group-{reference_to('group', one.group_id)}"})
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.group.number, one.is_locked, other.group.number) == (2, True, 4)
    assert "固定中" in host.get(reverse("events:groups", args=[first.event_id])).content.decode()
