"""What hosts and staff see in numbers: never fewer than five people, and nothing by subtraction."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from events.event.choices import EventState
from events.event.limits import SHOWN
from events.event.rules.figures import NoBalance, curve, share, shown, usual, why_not_balance
from events.hosting.choices import INVITATION_MAIL
from events.hosting.flows.balance import invite_missing_industries
from events.hosting.limits import BALANCE
from events.hosting.queries.figures import figures, keep_missing_out, registrations_by_day
from events.models import Attendance, Condition, Event
from events.registration.choices import RegistrationState
from kouryu.refusal import Refused
from members.accounts.taxonomies import career_themes
from members.models import Block, OutgoingMail, ProfileTheme, Suspension
from tests import factories

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
PRIVATE = next(key for key, theme in career_themes().items() if theme.is_private)

tables = st.dictionaries(st.sampled_from("ABCDEFGHIJKLMNOPQRST"), st.integers(0, 12), min_size=2, max_size=20)


@given(tables)
def test_no_cell_under_five_is_shown_and_none_is_changed(cells):
    table = shown(cells)
    assert set(table) == set(cells)
    assert all(number is None or number >= SHOWN.fewest for number in table.values())
    assert all(number in (None, cells[name]) for name, number in table.items())


@given(tables)
def test_what_is_hidden_is_never_one_cell_or_fewer_than_five_people_if_another_could_hide_too(cells):
    table = shown(cells)
    hidden = [cells[name] for name, number in table.items() if number is None]
    if hidden and len(hidden) < len(cells):
        assert len(hidden) > 1
        assert sum(hidden) >= SHOWN.fewest


@pytest.mark.parametrize(("cells", "highest"), [(2, 30), (3, 20), (4, 11)])
def test_nobody_who_knows_the_rule_and_the_total_can_find_a_hidden_number(cells, highest):
    """Every table there is: whatever is published could have come from tables that differ in each hidden cell."""
    names = "ABCD"[:cells]
    possible = defaultdict(list)
    for numbers in product(range(highest + 1), repeat=cells):
        if sum(numbers) <= highest:  # else some of the tables that look the same would be missing
            possible[tuple(shown(dict(zip(names, numbers, strict=True))).values()), sum(numbers)].append(numbers)
    found = [
        (table, total)
        for (table, total), alike in possible.items()
        if total and any(cell is None and len({one[place] for one in alike}) < 2 for place, cell in enumerate(table))
    ]
    assert found == []


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_rate_hides_both_sides(number, others):
    percent = share(number, number + others)
    assert (percent is None) == (min(number, others) < 5)
    assert percent is None or 0 < percent < 100


def test_registrations_are_counted_day_by_day_and_not_ahead():
    starts_at = NOW + timedelta(days=2)
    moments = [NOW - timedelta(days=20), NOW - timedelta(days=1), NOW - timedelta(minutes=1)]
    counted = curve(moments, starts_at, until=NOW)
    assert len(counted) == 13  # 14 days before to 2 days before
    assert (counted[0], counted[-2], counted[-1]) == (1, 2, 3)
    assert len(curve(moments, starts_at, until=starts_at)) == 15


def test_the_usual_is_the_median_of_three_or_more():
    assert usual([[0, 2], [4, 6]]) == []
    assert usual([[0, 2], [4, 6], [1, 9]]) == [1, 6]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({}, None),
        ({"is_open": False}, NoBalance.NOT_OPEN),
        ({"seats_left": 0}, NoBalance.FULL),
        ({"was_done_at": NOW}, NoBalance.DONE),
    ],
    ids=["open", "closed", "full", "done"],
)
def test_why_not_balance(facts, reason):
    assert why_not_balance(**{"is_open": True, "seats_left": 1, "was_done_at": None, **facts}) == reason


# --- one event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept(db):
    cache.clear()


@pytest.fixture
def event(ren) -> Event:
    """Six from industry E, five from P, one from G; five of them chose a theme."""
    event = factories.make_event(ren, capacity=20)
    for number, industry in enumerate("EEEEEEPPPPPG"):
        member = factories.make_member(industry=industry, occupation="02")
        factories.make_registration(event, member, is_first_timer=number < 5)
        for theme in ("stuck", PRIVATE) if number < 5 else ():
            ProfileTheme.objects.create(profile=member.profile, theme=theme)
    return event


def test_the_mix_hides_the_few_and_one_more(event):
    found = figures(event, now=timezone.now())
    assert found.people == 12
    assert found.industries == [("メーカー", 6)]  # the one of G could be found by subtraction, were P shown
    assert found.occupations == []  # all do the same: nobody else does, which tells of each of them
    assert found.themes == [("この会社だけで大丈夫？", 5)]
    assert found.newcomers == [("はじめての方", 5), ("二回目からの方", 7)]


def test_two_looks_never_differ_by_fewer_than_five_people(event):
    """A host who knows who registered since yesterday must not find in which industry that one person is."""
    now = timezone.now()
    before = figures(event, now=now)
    for number in range(5):
        assert figures(event, now=now + timedelta(days=number)) == before
        factories.make_registration(event, factories.make_member(industry="E"))
    assert figures(event, now=now + timedelta(days=5)).industries == [("メーカー", 11)]


def test_what_was_counted_outlives_the_cache(event):
    """Whoever can empty the cache, or waits until it forgets, must not make a new count."""
    now = timezone.now()
    before = figures(event, now=now)
    factories.make_registration(event, factories.make_member(industry="E"))
    cache.clear()
    assert figures(event, now=now + timedelta(days=500)) == before


def test_those_who_go_stay_counted_until_most_of_their_batch_has_gone(event):
    now = timezone.now()
    before = figures(event, now=now)
    leaving = list(event.registrations.order_by("-seat_number"))
    for number, registration in enumerate(leaving[:6], 1):
        registration.delete()
        assert figures(event, now=now + timedelta(days=number)) == before
    leaving[6].delete()
    assert figures(event, now=now + timedelta(days=9)).people == 0


def test_one_more_evening_of_three_people_does_not_move_the_rates(ren, event):
    """Of an evening of three the host, and through the rates of all every other host, would learn who came."""
    now = timezone.now()
    past = factories.make_event(ren, state=EventState.CLOSED, starts_at=now - timedelta(days=9))
    for number in range(12):
        registration = factories.make_registration(past)
        if number < 6:
            Attendance.objects.create(registration=registration, presence="present", recorded_at=past.starts_at)
    before = figures(event, now=now).rates
    small = factories.make_event(ren, state=EventState.CLOSED, starts_at=now - timedelta(days=3))
    for _ in range(3):
        factories.make_registration(small)
    assert figures(event, now=now + timedelta(days=2)).rates == before


def test_rates_are_those_of_closed_events_by_format(ren, event):
    closed = factories.make_event(ren, state=EventState.CLOSED, starts_at=timezone.now() - timedelta(days=3))
    for number in range(20):
        registration = factories.make_registration(closed)
        if number < 15:
            Attendance.objects.create(registration=registration, presence="present", recorded_at=closed.starts_at)
    for _ in range(5):
        factories.make_registration(
            closed, state=RegistrationState.WITHDRAWN, seat_given_up_at=closed.starts_at - timedelta(hours=3)
        )
    rates = {rate.whose: (rate.events, *rate.percents) for rate in figures(event, now=timezone.now()).rates}
    assert rates == {
        "この進行役の会（オンライン）": (1, 75, 25, 20),
        "この進行役の会（会場）": (0, None, None, None),
        "すべての会（オンライン）": (1, 75, 25, 20),
        "すべての会（会場）": (0, None, None, None),
    }


def test_the_usual_is_that_of_the_same_host(ren, event):
    for _ in range(3):
        earlier = factories.make_event(ren, state=EventState.CLOSED, starts_at=timezone.now() - timedelta(days=30))
        for _ in range(2):
            factories.make_registration(earlier, registered_at=earlier.starts_at - timedelta(days=3))
    factories.make_event(state=EventState.CLOSED, starts_at=timezone.now() - timedelta(days=30))
    actual, usually = registrations_by_day(event, now=timezone.now())
    assert usually == [0] * 11 + [2] * 4
    assert actual[-1] == 12


def test_who_keeps_missing_out_is_told_from_five_people_on(ren):
    now = timezone.now()
    closed = [
        factories.make_event(ren, state=EventState.CLOSED, starts_at=now - timedelta(days=days)) for days in (3, 9)
    ]
    unlucky = [factories.make_member(industry=industry) for industry in "EEEEEGGGGGG"]
    once = factories.make_member(industry="P")
    lucky = factories.make_member(industry="E")
    for number, event in enumerate(closed):
        for member in [*unlucky, lucky, *([] if number else [once])]:
            factories.make_registration(event, member, state=RegistrationState.WAITING)
    factories.make_registration(factories.make_event(ren), lucky)
    people, by_industry = keep_missing_out(now=now)
    assert (people, by_industry) == (11, [("IT・通信・メディア", 6)])  # the five would tell that there is nobody else
    assert keep_missing_out(now=now + timedelta(days=100)) == (None, [])


# --- the page


def _address(event: Event) -> str:
    return reverse("events:figures", args=[event.pk])


def test_a_host_sees_figures_and_only_the_owner_who_misses_out(ren, sora, event, signed_in):
    host, owner = (signed_in(member).get(_address(event)).content.decode() for member in (ren, sora))
    assert "6人" in host
    assert 'class="curve"' in host
    assert "席が決まらないままの方" not in host
    assert "席が決まらないままの方" in owner
    assert career_themes()[PRIVATE].name_ja not in owner


def test_the_page_costs_the_same_for_one_and_many(ren, event, signed_in, django_assert_max_num_queries):
    client = signed_in(ren)
    client.get(_address(event))
    with django_assert_max_num_queries(15):
        client.get(_address(event))


def test_an_empty_event_has_a_page_too(ren, signed_in):
    answer = signed_in(ren).get(_address(factories.make_event(ren)))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count("まだ、載せられる人数のものはありません。") == 4
    assert "None" not in page


def test_strangers_and_other_hosts_find_nothing(aki, event, signed_in):
    other = factories.make_member(roles=("host",))
    assert [signed_in(member).get(_address(event)).status_code for member in (aki, other)] == [404, 404]


# --- the one mail to missing industries


def test_missing_industries_are_asked_once_and_nobody_else(ren, event, signed_in):
    now = timezone.now()
    wanted = factories.make_member(industry="M")
    factories.make_member(industry="E")  # there already
    factories.make_member(industry="")  # in no industry
    factories.make_account(industry="M")  # could not come
    muted = factories.make_member(industry="M")
    muted.muted_mail = [INVITATION_MAIL]
    muted.save(update_fields=["muted_mail"])
    out = factories.make_member(industry="M")
    Suspension.objects.create(member=out, starts_at=now, reason="-")
    gone = factories.make_member(industry="M")
    factories.make_registration(event, gone, state=RegistrationState.WITHDRAWN)
    Block.objects.create(blocker=wanted, blocked=ren, blocked_at=now)  # who may come has nothing to do with blocks

    client = signed_in(ren)
    answers = [client.post(reverse("events:balance", args=[event.pk])).status_code for _ in range(2)]

    assert answers == [302, 409]
    assert list(OutgoingMail.objects.order_by("pk").values_list("key", "kind")) == [
        (f"missing-industry/{event.pk}/{wanted.pk}", INVITATION_MAIL)
    ]


def test_only_members_who_fit_are_asked(ren, event):
    Condition.objects.create(event=event, kind="occupation", values=["03"])
    factories.make_member(industry="M", occupation="02")
    fitting = factories.make_member(industry="M", occupation="03")
    invite_missing_industries(event_id=event.pk, by=ren, now=timezone.now())
    assert list(OutgoingMail.objects.order_by("pk").values_list("to", flat=True)) == [fitting.pk]


def test_at_most_thirty_are_asked(ren, event):
    for _ in range(BALANCE.mails + 2):
        factories.make_member(industry="M")
    invite_missing_industries(event_id=event.pk, by=ren, now=timezone.now())
    assert OutgoingMail.objects.count() == BALANCE.mails


def test_a_full_event_asks_nobody_and_may_later(ren, event):
    Event.objects.update(capacity=12)
    with pytest.raises(Refused) as refused:
        invite_missing_industries(event_id=event.pk, by=ren, now=timezone.now())
    assert refused.value.reason == NoBalance.FULL
    event.refresh_from_db()
    assert event.balance_invited_at is None
