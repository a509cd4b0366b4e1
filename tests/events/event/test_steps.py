"""Counts about people change in steps: no two looks, whenever they are taken, tell of one person."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import combinations

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from events.event.choices import EventState, Right
from events.event.limits import BATCHES
from events.event.queries import counts
from events.event.rules.steps import Batch, Steps, is_time_for_a_step, newcomers, with_batch, without_the_gone
from events.models import CoHost, StepCount
from events.registration.choices import RegistrationState
from events.registration.pages.event import event_page
from events.registration.pages.event_list import Filters, event_list
from events.registration.sql import find_event
from members.accounts.taxonomies import career_themes
from members.models import ProfileTheme
from tests import factories

PRIVATE = next(key for key, theme in career_themes().items() if theme.is_private)

# --- the rule

companies = st.lists(st.frozensets(st.integers(1, 14)), min_size=1, max_size=12)


def walk(looks, fewest):
    """The states that somebody sees who looks at every one of these companies."""
    steps, states = Steps(), []
    for present in looks:
        steps = without_the_gone(steps, present)
        if new := newcomers(steps, present, fewest=fewest):
            steps = with_batch(steps, Batch(new))
        states.append(steps)
    return states


@given(companies, st.integers(2, 5))
def test_any_two_looks_differ_by_nobody_or_by_enough_people(looks, fewest):
    states = walk(looks, fewest)
    for one, other in combinations([Steps(), *states], 2):
        for more, less in ((one, other), (other, one)):
            assert len(more.people - less.people) == 0 or len(more.people - less.people) >= fewest


@given(companies, st.integers(2, 5))
def test_nobody_is_ever_in_two_batches_so_no_sum_of_looks_singles_one_out(looks, fewest):
    batches = {batch.people for steps in walk(looks, fewest) for batch in steps.batches}
    assert all(len(batch) >= fewest for batch in batches)
    assert sum(map(len, batches)) == len(frozenset().union(*batches))


def test_one_account_pushes_one_step_only():
    """Somebody who registers and withdraws again and again is new once: each step costs fresh accounts."""
    steps = with_batch(Steps(), Batch(frozenset({1, 2, 3})))
    for present in ({4}, {4, 1}, {4, 2, 3}):
        assert newcomers(without_the_gone(steps, present), present, fewest=3) == frozenset()
    assert newcomers(steps, {4, 5, 6}, fewest=3) == {4, 5, 6}


@pytest.mark.parametrize(
    ("ago", "is_time"),
    [
        (timedelta(0), False),
        (BATCHES.pause - timedelta(seconds=1), False),
        (BATCHES.pause, True),
        (-timedelta(days=365), True),
    ],
    ids=["now", "soon", "an hour later", "written by a clock that was a year ahead"],
)
def test_a_step_an_hour(ago, is_time):
    now = timezone.now()
    assert is_time_for_a_step(now - ago, BATCHES.pause, now) == is_time
    assert is_time_for_a_step(None, BATCHES.pause, now)


# --- the pages

pytestmark = pytest.mark.django_db


def look(reader, event, *, now):
    """What this member reads of the others: industries, wishes, common ground."""
    page = event_page(reader, find_event(reader, event.pk), now=now)
    return page.who.people, page.who.topics, page.who.common_ground


def come(event, number, *, industry="M", theme="stuck", wish="話"):
    found = []
    for place in range(number):
        member = factories.make_member(industry=industry)
        if theme:
            ProfileTheme.objects.create(profile=member.profile, theme=theme)
        found.append(factories.make_registration(event, member, wants_to_talk=wish and f"{wish}{place}"))
    return found


@pytest.fixture
def reader(aki):
    for theme in ("stuck", PRIVATE):
        ProfileTheme.objects.create(profile=aki.profile, theme=theme)
    return aki


def test_what_members_read_changes_with_three_newcomers_and_not_before(reader):
    now = timezone.now()
    event = factories.make_event(capacity=20)
    come(event, 2)
    assert look(reader, event, now=now) == (None, [], "")
    come(event, 1, wish="三人目")
    first = look(reader, event, now=now)
    assert [number for _, number, _ in first[0]] == [3]
    assert (len(first[1]), first[2]) == (3, career_themes()["stuck"].name_ja)
    for hours in (1, 2):
        come(event, 1, industry="P", wish=f"あとから{hours}")
        assert look(reader, event, now=now + timedelta(hours=hours)) == first
    come(event, 1, industry="G", wish="三人目の新しい方")
    second = look(reader, event, now=now + timedelta(hours=3))
    assert sorted(number for _, number, _ in second[0]) == [1, 2, 3]
    assert len(second[1]) == 6


def test_what_members_read_does_not_change_when_one_goes(reader):
    now = timezone.now()
    event = factories.make_event(capacity=20)
    gone, *_ = come(event, 3)
    before = look(reader, event, now=now)
    gone.state, gone.seat_number = RegistrationState.WITHDRAWN, None
    gone.save()
    assert look(reader, event, now=now + timedelta(hours=2)) == before


def test_who_goes_and_comes_again_does_not_push_the_next_batch(reader):
    now = timezone.now()
    event = factories.make_event(capacity=20)
    puppet, *_ = come(event, 3)
    before = look(reader, event, now=now)
    come(event, 1, industry="P", wish="ねらわれた人")
    for hours, state in enumerate((RegistrationState.WITHDRAWN, RegistrationState.CONFIRMED) * 2, 1):
        puppet.state = state
        puppet.seat_number = 10 if state == RegistrationState.CONFIRMED else None
        puppet.save()
        assert look(reader, event, now=now + timedelta(hours=hours)) == before


def test_three_newcomers_within_the_hour_wait_for_it(reader):
    now = timezone.now()
    event = factories.make_event(capacity=20)
    come(event, 3)
    first = look(reader, event, now=now)
    come(event, 3, industry="P")
    assert look(reader, event, now=now + timedelta(minutes=59)) == first
    assert look(reader, event, now=now + timedelta(minutes=60)) != first


def test_a_private_theme_is_never_counted(reader):
    event = factories.make_event(capacity=20)
    come(event, 6, theme=PRIVATE)
    assert look(reader, event, now=timezone.now())[2] == ""
    assert PRIVATE not in str(list(StepCount.objects.values_list("batches", flat=True)))


def test_offered_seats_are_in_no_count(reader):
    event = factories.make_event(capacity=20)
    for registration in come(event, 4):
        registration.state = RegistrationState.OFFERED
        registration.save()
    assert look(reader, event, now=timezone.now()) == (None, [], "")


@pytest.mark.parametrize("who", ["host", "co-host", "owner"])
def test_who_sees_the_names_reads_wishes_once_nobody_can_register_and_no_common_ground(who, ren, reader, sora):
    now = timezone.now()
    event = factories.make_event(ren, capacity=20, starts_at=now + timedelta(days=7))
    CoHost.objects.create(
        event=event, right=Right.CHECK_IN, member=reader, token="t" * 43, added_at=now, accepted_at=now
    )
    runs = {"host": ren, "co-host": reader, "owner": sora}[who]
    if runs != reader:
        ProfileTheme.objects.create(profile=runs.profile, theme="stuck")
    come(event, 4)
    assert look(runs, event, now=now)[1:] == ([], "")
    _, wishes, ground = look(runs, event, now=event.registration_closes_at)
    assert (len(wishes), ground) == (4, "")


def test_the_page_tells_the_host_when_the_wishes_can_be_read(ren, signed_in):
    event = factories.make_event(ren)
    page = re.sub(r"\s+", " ", signed_in(ren).get(event.get_absolute_url()).text)
    assert "進行に関わる方には、締切" in page


def test_the_list_counts_industries_in_the_same_steps(reader):
    now = timezone.now()
    event = factories.make_event(capacity=20)
    come(event, 3)

    def industries():
        (card,) = event_list(reader, Filters(), now=now + timedelta(hours=5)).cards
        return card.tally.industries

    assert industries() == {"M"}
    come(event, 2, industry="P")
    assert industries() == {"M"}
    look(reader, event, now=now + timedelta(hours=9))
    assert industries() == {"M"}


def test_the_list_asks_the_same_few_questions_for_one_and_many(reader, signed_in, django_assert_max_num_queries):
    client = signed_in(reader)
    come(factories.make_event(capacity=20), 3)
    client.get(reverse("events:events"))
    with django_assert_max_num_queries(12) as one:
        client.get(reverse("events:events"))
    for _ in range(5):
        come(factories.make_event(capacity=20), 3)
    client.get(reverse("events:events"))
    with django_assert_max_num_queries(12) as many:
        client.get(reverse("events:events"))
    assert len(one) == len(many)


def test_two_readers_at_one_moment_take_one_step(reader):
    """The second one read before the first one wrote; what the first one wrote counts for both."""
    now = timezone.now()
    event = factories.make_event(capacity=20)
    count = counts.seats_of(event)
    counts.look(count, {1, 2, 3}, counts.nothing_more, now=now)
    later = now + timedelta(hours=1)

    def read():
        counts.look(count, {1, 2, 3, 4, 5, 6}, counts.nothing_more, now=later)
        return {1, 2, 3, 7, 8, 9}, counts.nothing_more

    assert counts.look_at_all({count: read}, now=later)[count].people == {1, 2, 3, 4, 5, 6}
    assert StepCount.objects.get().version == 2


def test_a_draft_is_not_counted(ren):
    event = factories.make_event(ren, state=EventState.DRAFT)
    assert find_event(ren, event.pk) is None
    assert not StepCount.objects.exists()
