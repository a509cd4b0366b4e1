"""Somebody comes late, leaves or is missing: the plan follows with few moves, and nobody is left over silently."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from events.evening.flows.attendance import join_room
from events.evening.flows.checking_in import check_in, excuse, note_leaving
from events.evening.flows.evening import begin_round, publish_round
from events.groups.flows.grouping import draw_groups
from events.groups.flows.moving import lock_group
from events.groups.flows.repairing import repair_rounds
from events.groups.rules.seating import NoMove
from events.models import Event, Registration, Seat
from kouryu.references import reference_to
from kouryu.refusal import Refused
from members.models import Block
from tests.events.groups.test_drawing_groups import people_at, seated
from tests.factories import make_event, make_member, make_registration


@pytest.fixture
def tonight(ren):
    event = make_event(ren, starts_at=timezone.now(), capacity=30)
    people_at(event, 9)
    draw_groups(event_id=event.pk, by=ren, now=timezone.now(), seed=1)
    return event


def lead(flow, event, number, by):
    drawn = event.rounds.get(number=number)
    return flow(event_id=event.pk, round_id=drawn.pk, by=by, now=timezone.now())


def in_round(event, number):
    rounds = (people for (where, _), people in seated(event).items() if where == number)
    return set().union(*rounds)


def registration_of(event, member_id) -> Registration:
    return event.registrations.get(member=member_id)


def moved(before, after, number):
    """How many of those in both sit in another group of this round."""

    def where(groups):
        return {member: group for (at, group), people in groups.items() if at == number for member in people}

    old, new = where(before), where(after)
    return sum(old[member] != new[member] for member in old.keys() & new.keys())


def test_a_late_one_gets_a_seat_in_each_proposal_and_nobody_moves(tonight, ren):
    before, late = seated(tonight), make_registration(tonight, make_member("のぞみ"))
    check_in(event_id=tonight.pk, registration_id=late.pk, by=ren, now=timezone.now())
    after = seated(tonight)
    assert all(late.member_id in in_round(tonight, number) for number in (1, 2))
    assert [moved(before, after, number) for number in (1, 2)] == [0, 0]


def test_who_lets_themselves_in_is_seated_too(tonight):
    late = make_registration(tonight, make_member("のぞみ"))
    join_room(member=late.member, event_id=tonight.pk, now=timezone.now())
    assert late.member_id in in_round(tonight, 1)


def test_a_no_show_and_one_who_leaves_give_their_seats_back(tonight, ren):
    gone, left = sorted(in_round(tonight, 1))[:2]
    excuse(event_id=tonight.pk, registration_id=registration_of(tonight, gone).pk, by=ren, now=timezone.now())
    note_leaving(event_id=tonight.pk, registration_id=registration_of(tonight, left).pk, by=ren, now=timezone.now())
    for number in (1, 2):
        assert {gone, left}.isdisjoint(in_round(tonight, number))
        assert all(len(people) >= 3 for (at, _), people in seated(tonight).items() if at == number)
    # Who left and comes again is seated again.
    join_room(member=registration_of(tonight, left).member, event_id=tonight.pk, now=timezone.now())
    assert left in in_round(tonight, 1)


def test_a_round_that_members_saw_waits_for_the_host_who_is_told(tonight, ren, signed_in):
    lead(publish_round, tonight, 1, ren)
    late = make_registration(tonight, make_member("のぞみ"))
    check_in(event_id=tonight.pk, registration_id=late.pk, by=ren, now=timezone.now())
    assert late.member_id not in in_round(tonight, 1)
    address = reverse("events:groups", args=[tonight.pk])
    board = signed_in(ren).get(address)
    assert [(found.round.number, found.without_seat) for found in board.context["board"].unseated] == [
        (1, [late]),
        (2, [late]),
    ]
    assert "席がまだの方" in board.content.decode()
    page = signed_in(late.member).get(reverse("events:group", args=[tonight.pk])).content.decode()
    assert "あなたの席を、いま用意しています" in page
    number = Event.objects.get(pk=tonight.pk).evening_version
    assert signed_in(ren).post(reverse("events:repair", args=[tonight.pk])).url == address
    assert late.member_id in in_round(tonight, 1)
    assert not signed_in(ren).get(address).context["board"].unseated
    assert Event.objects.get(pk=tonight.pk).evening_version == number + 1


def test_what_has_begun_is_not_repaired(tonight, ren):
    lead(publish_round, tonight, 1, ren)
    lead(begin_round, tonight, 1, ren)
    before = {key: people for key, people in seated(tonight).items() if key[0] == 1}
    gone = sorted(in_round(tonight, 1))[0]
    excuse(event_id=tonight.pk, registration_id=registration_of(tonight, gone).pk, by=ren, now=timezone.now())
    assert {key: people for key, people in seated(tonight).items() if key[0] == 1} == before
    assert gone not in in_round(tonight, 2)


def test_a_block_is_kept_and_never_named_when_a_late_one_is_seated(tonight, ren):
    late = make_registration(tonight, make_member("のぞみ"))
    for member_id in seated(tonight)[1, 1] | seated(tonight)[1, 2]:
        Block.objects.create(blocker_id=member_id, blocked=late.member, blocked_at=timezone.now())
    check_in(event_id=tonight.pk, registration_id=late.pk, by=ren, now=timezone.now())
    blocked = set(Block.objects.values_list("blocker", flat=True))
    for people in seated(tonight).values():
        assert late.member_id not in people or people.isdisjoint(blocked)


def test_when_what_is_locked_leaves_no_way_the_host_reads_what_to_do(tonight, ren, signed_in):
    drawn = tonight.rounds.get(number=1)
    for group in drawn.groups.all():
        lock_group(event_id=tonight.pk, round_id=drawn.pk, group_id=group.pk, locked=True, by=ren, now=timezone.now())
    late = make_registration(tonight, make_member("のぞみ"))
    check_in(event_id=tonight.pk, registration_id=late.pk, by=ren, now=timezone.now())
    assert late.member_id not in in_round(tonight, 1)
    with pytest.raises(Refused) as refused:
        repair_rounds(event_id=tonight.pk, by=ren, now=timezone.now())
    assert refused.value.reason == NoMove.NO_REPAIR
    answer = signed_in(ren).post(reverse("events:repair", args=[tonight.pk]))
    assert (answer.status_code, "固定を外すか" in answer.content.decode()) == (409, True)


@pytest.mark.parametrize("open_place", [0, 1, 2])
def test_a_late_one_is_seated_around_what_is_locked(tonight, ren, open_place):
    drawn = tonight.rounds.get(number=1)
    groups = list(drawn.groups.all())
    for group in groups[:open_place] + groups[open_place + 1 :]:
        lock_group(event_id=tonight.pk, round_id=drawn.pk, group_id=group.pk, locked=True, by=ren, now=timezone.now())
    late = make_registration(tonight, make_member("のぞみ"))

    check_in(event_id=tonight.pk, registration_id=late.pk, by=ren, now=timezone.now())

    assert late.member_id in seated(tonight)[1, groups[open_place].number]


def test_repairing_what_is_whole_changes_nothing(tonight, ren):
    before = list(Seat.objects.order_by("pk").values_list("pk", "group"))
    assert repair_rounds(event_id=tonight.pk, by=ren, now=timezone.now()) == []
    assert list(Seat.objects.order_by("pk").values_list("pk", "group")) == before


def test_the_desk_notes_who_left_and_closing_still_counts_them_as_there(tonight, ren, signed_in):
    registration = tonight.registrations.first()
    form = {"registration": reference_to("registration", registration.pk), "what": "left"}
    assert signed_in(ren).post(reverse("events:check_in", args=[tonight.pk]), form).status_code == 302
    assert "途中まで" in signed_in(ren).get(reverse("events:desk", args=[tonight.pk])).content.decode()
    registration.refresh_from_db()
    assert registration.attendance.presence == "present"
