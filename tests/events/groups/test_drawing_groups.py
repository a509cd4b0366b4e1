"""A host draws the groups of an evening."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from django.urls import reverse
from django.utils import timezone

from events.evening.flows.evening import publish_round
from events.groups import queries
from events.groups.flows.grouping import draw_groups
from events.groups.limits import PAST_COMPANY
from events.groups.rules.drawing import NoDraw, Setting, settings_to_try, weight_of_meeting, why_not_draw
from events.groups.rules.grouping import FirstTimerRule, Rules
from events.groups.words import ground_in_words
from events.models import Attendance, Group, Round, Seat
from events.registration.rules.closing import EveningFacts, NoAttendance
from kouryu.refusal import Refused
from members.accounts.taxonomies import career_themes, industries, occupations
from members.models import Block, KeptApart, ProfileTheme
from tests.factories import make_evening, make_event, make_member, make_registration

NOW = START = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
TONIGHT = EveningFacts("published", START, timedelta(minutes=30))


@pytest.mark.parametrize(
    ("present", "talks", "now", "reason"),
    [
        pytest.param(8, 2, START, None, id="on the evening"),
        pytest.param(2, 1, START, None, id="two people"),
        pytest.param(1, 2, START, NoDraw.ALONE, id="one person"),
        pytest.param(0, 2, START, NoDraw.NOBODY, id="nobody"),
        pytest.param(8, 0, START, NoDraw.NO_TALK, id="nothing to talk in"),
        pytest.param(8, 2, START - timedelta(hours=1), NoAttendance.NOT_OPEN_YET, id="too early"),
    ],
)
def test_why_not_draw(present, talks, now, reason):
    assert why_not_draw(TONIGHT, present=present, talks=talks, now=now) == reason


@pytest.mark.parametrize(
    ("ago", "weight"),
    [
        (timedelta(days=1), PAST_COMPANY.weight_recent),
        (PAST_COMPANY.recent, PAST_COMPANY.weight_recent),
        (PAST_COMPANY.recent + timedelta(days=1), PAST_COMPANY.weight_before),
        (PAST_COMPANY.long_ago, PAST_COMPANY.weight_before),
        (PAST_COMPANY.long_ago + timedelta(days=1), PAST_COMPANY.weight_long_ago),
    ],
)
def test_recent_company_weighs_more(ago, weight):
    assert weight_of_meeting(ago) == weight


def test_the_more_recent_the_dearer():
    weights = [PAST_COMPANY.weight_tonight, PAST_COMPANY.weight_recent, PAST_COMPANY.weight_before]
    assert sorted(weights, reverse=True) == weights
    assert PAST_COMPANY.weight_before > PAST_COMPANY.weight_long_ago > 0


@pytest.mark.parametrize("present", range(2, 40))
def test_whatever_is_tried_seats_everybody_and_nobody_alone(present):
    for setting in settings_to_try(present, (4, 3)):
        assert [sum(rooms) for rooms in setting.sizes] == [present, present]
        assert min(min(rooms) for rooms in setting.sizes) >= 2


def test_comfort_is_given_up_before_the_rooms_get_smaller():
    assert settings_to_try(8, (4, 4)) == [
        Setting(((4, 4),) * 2, Rules(first_timer=FirstTimerRule.NOT_ALONE, small=True), keeps_wishes=True),
        Setting(((4, 4),) * 2, Rules(first_timer=FirstTimerRule.NOT_ALONE), keeps_wishes=True),
        Setting(((4, 4),) * 2, Rules(), keeps_wishes=True),
        Setting(((4, 4),) * 2, Rules(first_timer=FirstTimerRule.NOT_ALONE, small=True)),
        Setting(((4, 4),) * 2, Rules(first_timer=FirstTimerRule.NOT_ALONE)),
        Setting(((4, 4),) * 2, Rules()),
        Setting(((2, 2, 2, 2),) * 2, Rules()),
    ]


def people_at(event, count, **profile):
    """That many people who were checked in, each from an industry of their own."""
    members = [make_member(f"客{number}", industry=chr(65 + number % 20), **profile) for number in range(count)]
    for member in members:
        let_in(event, member)
    return members


def let_in(event, member, **fields):
    registration = make_registration(event, member, **fields)
    Attendance.objects.create(registration=registration, presence="present", recorded_at=timezone.now())
    return registration


def seated(event):
    """The groups as sets of members, by round."""
    groups = {}
    for number, group, member in Seat.objects.filter(round__event=event).values_list(
        "round__number", "group__number", "member"
    ):
        groups.setdefault((number, group), set()).add(member)
    return groups


def meetings(event):
    return [frozenset(pair) for people in seated(event).values() for pair in combinations(sorted(people), 2)]


@pytest.fixture
def tonight(ren):
    return make_event(ren, starts_at=timezone.now(), capacity=30)


def test_everybody_present_sits_once_per_talk_and_meets_nobody_twice(tonight, ren):
    people = people_at(tonight, 12)
    away = make_registration(tonight)

    draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=1)

    for number in (1, 2):
        sat = Seat.objects.filter(round__number=number).values_list("member", flat=True)
        assert sorted(sat) == sorted(member.pk for member in people)
    assert len(meetings(tonight)) == len(set(meetings(tonight)))
    assert away.member_id not in set().union(*seated(tonight).values())


@pytest.mark.parametrize("seed", range(5))
def test_who_blocks_whom_never_sit_together(tonight, ren, seed):
    people = people_at(tonight, 9)
    blocks = {frozenset((people[0].pk, people[number].pk)) for number in (1, 2, 3)}
    Block.objects.create(blocker=people[0], blocked=people[1], blocked_at=timezone.now())
    Block.objects.create(blocker=people[2], blocked=people[0], blocked_at=timezone.now())
    Block.objects.create(blocker=people[3], blocked=people[0], blocked_at=timezone.now())
    draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=seed)
    assert blocks.isdisjoint(meetings(tonight))


def test_the_same_seed_seats_alike_and_a_new_draw_replaces_the_old(tonight, ren):
    people_at(tonight, 10)
    draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=7)
    first = seated(tonight)
    draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=7)
    assert seated(tonight) == first
    draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=8)
    assert seated(tonight) != first
    assert Round.objects.count() == 2


def test_a_pair_that_blocks_can_be_kept_apart_in_pairs(tonight, ren):
    people = people_at(tonight, 4)
    Block.objects.create(blocker=people[0], blocked=people[1], blocked_at=timezone.now())
    draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=1)
    assert {len(group) for group in seated(tonight).values()} == {2}
    assert frozenset((people[0].pk, people[1].pk)) not in meetings(tonight)


@pytest.mark.parametrize("seed", range(3))
def test_who_would_rather_not_meet_again_is_kept_apart_before_comfort_is_kept(tonight, ren, seed):
    people = people_at(tonight, 9)
    for number in (1, 2, 3):
        KeptApart.objects.create(holder=people[0], person=people[number], since_at=timezone.now())
    draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=seed)
    wishes = {frozenset((people[0].pk, people[number].pk)) for number in (1, 2, 3)}
    assert wishes.isdisjoint(meetings(tonight))


@pytest.mark.parametrize("count", [2, 4])
def test_a_wish_to_be_apart_never_shows_in_the_rooms_of_a_company_too_small_for_it(tonight, ren, count):
    people = people_at(tonight, count)
    KeptApart.objects.create(holder=people[0], person=people[1], since_at=timezone.now())
    rounds = draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=1)
    assert [len(group) for group in seated(tonight).values()] == [count, count]
    assert publish_round(event_id=tonight.pk, round_id=rounds[0].pk, by=ren, now=timezone.now()).published_at


def test_past_company_counts_by_how_long_ago(tonight, ren):
    one, two, three = people_at(tonight, 3)
    for days, pair in ((10, (one, two)), (200, (one, two)), (200, (two, three)), (500, (one, three))):
        make_evening([list(pair)], host=ren, starts_at=tonight.starts_at - timedelta(days=days), state="closed")
    missed = make_evening([[one, three]], host=ren, starts_at=tonight.starts_at - timedelta(days=1), state="closed")
    missed.registrations.get(member=three).attendance.delete()
    pairs = queries.past_company(tonight, [one.pk, two.pk, three.pk])
    names = {frozenset((int(a), int(b))): weight for a, b, weight in pairs}
    assert names == {
        frozenset((one.pk, two.pk)): 3,
        frozenset((two.pk, three.pk)): 2,
        frozenset((one.pk, three.pk)): 1,
    }


@pytest.mark.parametrize(("allowed", "themes"), [(False, ()), (True, ("health",))], ids=["not allowed", "allowed"])
def test_private_themes_seat_only_those_who_allow_it(tonight, allowed, themes):
    member = make_member("ひとり", industry="E", occupation="02", group_size="3", private_themes_match=allowed)
    ProfileTheme.objects.create(profile=member.profile, theme="health")
    ProfileTheme.objects.create(profile=member.profile, theme="not-a-theme")
    let_in(tonight, member, is_first_timer=True)
    setting = settings_to_try(2, (4, 4))[0]
    task = queries.grouping_task(tonight, queries.people_present(tonight), setting, seed=1)
    (person,) = task.people
    assert (person.industry, person.job, person.first_timer, person.small) == ("E", "02", True, True)
    assert person.themes == themes


def test_what_a_group_shares_never_names_a_private_theme(tonight):
    for name in "ab":
        member = make_member(name, industry="E", occupation="02", private_themes_match=True)
        for theme in ("health", "fit"):
            ProfileTheme.objects.create(profile=member.profile, theme=theme)
        let_in(tonight, member)
    let_in(tonight, make_member("c", industry="G", occupation="02"))

    crew = queries.people_present(tonight)
    ground = queries.ground_of(crew, crew[0].member)

    assert ground.themes == (("fit", 2),)
    assert queries.ground_of(crew, crew[2].member).themes == ()  # who has not chosen it does not learn who has
    assert ground_in_words(ground) == [
        f"あなたと同じ「{career_themes()['fit']}」を選んだ方がいます。",
        f"業界が{industries()['E']}の方が2人います。",
        f"職種は、全員が{occupations()['02']}です。",
    ]


def test_a_round_has_groups_of_its_own_size(tonight, ren):
    people_at(tonight, 16)
    first, second = queries.talks_of(tonight)
    first.group_size, second.group_size = 5, 3
    for talk in (first, second):
        talk.save(update_fields=["group_size"])
    draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=1)
    sizes = {one.number: sorted(group.seats.count() for group in one.groups.all()) for one in tonight.rounds.all()}
    assert sizes == {1: [4, 4, 4, 4], 2: [3, 3, 3, 3, 4]}


def test_what_is_said_of_a_group_is_true(tonight, ren):
    people_at(tonight, 4)
    draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=1)
    assert list(Group.objects.order_by("pk").values_list("round__number", "industries", "new_pairs")) == [
        (1, 4, 6),
        (2, 4, 0),
    ]


def test_the_page_draws_by_post_and_shows_the_groups(tonight, ren, mio, signed_in):
    people_at(tonight, 6)
    address, host = reverse("events:groups", args=[tonight.pk]), signed_in(ren)
    assert host.get(address).status_code == 200
    assert not Round.objects.exists()
    assert host.post(address).url == address
    html = host.get(address).content.decode()
    assert all(f"客{number}さん" in html for number in range(6))
    assert signed_in(mio).post(address).status_code == 404


def test_one_person_is_asked_to_wait(tonight, ren, signed_in):
    people_at(tonight, 1)
    page = signed_in(ren).post(reverse("events:groups", args=[tonight.pk]))
    assert (page.status_code, "まだおひとりです" in page.content.decode()) == (409, True)


def test_a_closed_event_keeps_its_groups(ren):
    event = make_event(ren, starts_at=timezone.now(), state="closed", closed_at=timezone.now())
    people_at(event, 4)
    with pytest.raises(Refused) as refused:
        draw_groups(event_id=event.pk, by=ren, now=timezone.now())
    assert refused.value.reason == NoAttendance.CLOSED


def test_the_groups_page_asks_the_same_few_questions_for_any_number(
    tonight, ren, signed_in, django_assert_max_num_queries
):
    address, host = reverse("events:groups", args=[tonight.pk]), signed_in(ren)
    people_at(tonight, 3)
    draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=1)
    with django_assert_max_num_queries(14) as few:
        host.get(address)
    people_at(tonight, 27)
    draw_groups(event_id=tonight.pk, by=ren, now=timezone.now(), seed=1)
    with django_assert_max_num_queries(14) as many:
        host.get(address)
    assert len(few) == len(many)
