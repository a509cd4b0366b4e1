"""Who sits with me this evening."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from events.models import Group, Round, Seat
from events.prompts import prompts, prompts_for
from members.models import Block
from tests.factories import make_account, make_event, make_member, make_registration


@pytest.fixture
def evening(ren):
    return make_event(ren, starts_at=timezone.now())


def seat(event, number, *members):
    drawn, _ = Round.objects.get_or_create(event=event, number=number, defaults={"drawn_at": timezone.now()})
    group = Group.objects.create(round=drawn, number=drawn.groups.count() + 1, industries=2, new_pairs=1)
    for member in members:
        Seat.objects.create(round=drawn, group=group, member=member)


def page(event):
    return reverse("events:group", args=[event.pk])


def test_it_shows_my_people_what_they_offer_and_prompts_by_depth(evening, aki, mio, signed_in):
    other, third = make_member("つばさ"), make_member("ひかり")
    make_registration(evening, aki)
    make_registration(evening, mio, wants_to_talk="評価のしかた", can_offer="夜勤の組みかた", mode="listen")
    make_registration(evening, third)
    seat(evening, 1, aki, mio)
    seat(evening, 1, other)
    seat(evening, 2, aki, third)

    answer = signed_in(aki).get(page(evening))

    tables, html = answer.context["tables"], answer.content.decode()
    assert [[one.member for one in table.companions] for table in tables] == [[mio], [third]]
    assert all(word in html for word in ("みおさん", "医療・福祉", "夜勤の組みかた", "ひかりさん"))
    assert "つばさ" not in html
    # The form promised: without the name, and for the host alone.
    assert not any(word in html for word in ("評価のしかた", "聞くのが中心"))
    assert mio.email not in html
    assert [{prompt.depth for prompt in table.prompts} for table in tables] == [{1}, {2}]


def test_a_host_may_choose_how_deep_a_round_goes(evening, aki, mio, signed_in):
    make_registration(evening, aki)
    evening.run_sheet.filter(title="ひとつめの輪").update(depth=3)
    seat(evening, 1, aki, mio)
    (table,) = signed_in(aki).get(page(evening)).context["tables"]
    assert {prompt.depth for prompt in table.prompts} == {3}


def test_before_the_draw_it_says_what_happens_next(evening, aki, signed_in):
    make_registration(evening, aki)
    answer = signed_in(aki).get(page(evening))
    assert (answer.status_code, "進行役が作ります" in answer.content.decode()) == (200, True)


def test_strangers_and_those_without_a_seat_find_nothing(evening, aki, mio, ren, signed_in):
    make_registration(evening, mio, state="waiting")
    seat(evening, 1, aki)
    found = {member: signed_in(member).get(page(evening)).status_code for member in (mio, ren)}
    assert found == {mio: 404, ren: 404}
    assert signed_in(aki).get(f"/events/{2**70}/group/").status_code == 404


def test_who_has_not_paid_sees_nobody(evening, aki, signed_in):
    unpaid = make_account("ゆう")
    seat(evening, 1, aki, unpaid)
    assert signed_in(unpaid).get(page(evening)).status_code == 403


def test_whom_i_blocked_afterwards_i_never_see_again(evening, aki, mio, signed_in):
    third = make_member("ひかり")
    seat(evening, 1, aki, mio, third)
    Block.objects.create(blocker=mio, blocked=aki, blocked_at=timezone.now())
    assert [one.member for one in signed_in(aki).get(page(evening)).context["tables"][0].companions] == [third]
    assert [one.member for one in signed_in(mio).get(page(evening)).context["tables"][0].companions] == [third]


def test_everybody_gets_the_same_prompts_and_the_deepest_are_kept_back():
    assert len(prompts()) == 40
    assert prompts_for(5, 2) == prompts_for(5, 2)
    assert [{prompt.depth for prompt in prompts_for(5, number)} for number in (1, 2, 3, 4)] == [{1}, {2}, {2}, {2}]


def test_it_asks_the_same_few_questions_for_any_number(evening, aki, signed_in, django_assert_max_num_queries):
    client = signed_in(aki)
    seat(evening, 1, aki, make_member())
    with django_assert_max_num_queries(10) as one:
        client.get(page(evening))
    for number in range(2, 5):
        people = [make_member() for _ in range(4)]
        for member in people:
            make_registration(evening, member)
        seat(evening, number, aki, *people)
    with django_assert_max_num_queries(10) as many:
        client.get(page(evening))
    assert len(one) == len(many)
