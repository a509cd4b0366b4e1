"""The plain SQL of events finds what the querysets find."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from events.event.choices import Combined, ConditionKind, EventState
from events.event.models import host_may_lead
from events.models import CoHost, Condition, Event, Invitation, Mark
from events.registration.choices import SEATED, RegistrationState
from events.registration.pages.event import with_line
from events.registration.queries.registration import seat_counts_of
from events.registration.sql import (
    coming_to,
    condition_rows_of,
    find_event,
    find_visible,
    known_of,
    marks_of,
    registrations_at_the_time_of,
)
from members.accounts.choices import Role
from members.accounts.sql import theme_keys_of
from members.models import ProfileTheme, Suspension
from tests import factories
from tests.columns import columns

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
NOW = timezone.now()
INSTANT = timedelta(microseconds=1)
INVITED, OTHER = ConditionKind.INVITED, ConditionKind.POSITION
RELATIONS = {
    "stranger": lambda event, member: None,
    "host": lambda event, member: Event.objects.filter(pk=event.pk).update(host=member),
    "co-host": lambda event, member: factories.make_co_host(event, member),
    "invited": lambda event, member: Invitation.objects.create(event=event, member=member, invited_at=NOW),
    "registered": lambda event, member: factories.make_registration(event, member),
    "once registered": lambda event, member: factories.make_registration(
        event, member, state=RegistrationState.WITHDRAWN
    ),
}


def assert_alike(member, pk):
    helps = CoHost.objects.filter(event=OuterRef("pk"), member=member)
    expected = with_line(Event.objects.visible_to(member).filter(pk=pk)).annotate(is_helped=Exists(helps)).first()
    found = find_event(member, pk)
    assert (found is None) == (find_visible(member, pk) is None) == (expected is None)
    if expected is not None:
        assert columns(found) == columns(expected) == columns(find_visible(member, pk))
        assert columns(found.host) == columns(expected.host)
        assert columns(found.host.profile) == columns(expected.host.profile)
        for name in ("waiting", "first_timers_waiting", "has_leader", "is_helped"):
            assert getattr(found, name) == getattr(expected, name), name
    assert_listed_alike(member)
    return found


def assert_listed_alike(member):
    invited = Exists(Invitation.objects.filter(event=OuterRef("pk"), member=member))
    mine = Q(pk__in=member.registrations.live().values("event"))
    coming = Event.objects.visible_to(member).filter(
        host_may_lead() | mine, state=EventState.PUBLISHED, ends_at__gt=NOW
    )
    expected = list(coming.select_related("host__profile").annotate(is_invited=invited).order_by("starts_at", "pk"))
    found = coming_to(member, NOW)
    assert list(map(columns, found)) == list(map(columns, expected))
    assert [(e.is_invited, columns(e.host), columns(e.host.profile)) for e in found] == [
        (e.is_invited, columns(e.host), columns(e.host.profile)) for e in expected
    ]
    assert [set(e.conditions.all()) for e in found] == [set(Condition.objects.filter(event=e)) for e in expected]


@pytest.mark.parametrize(("minutes_to_its_end", "is_listed"), [(-60, False), (0, False), (1, True), (600, True)])
@pytest.mark.parametrize("state", RegistrationState)
@pytest.mark.parametrize("is_led", [True, False])
def test_what_comes_is_listed_as_by_the_queryset(minutes_to_its_end, is_listed, state, is_led):
    ends_at = NOW + timedelta(minutes=minutes_to_its_end)
    event = factories.make_event(starts_at=ends_at - timedelta(minutes=60), minutes=60)
    other = factories.make_event()
    if not is_led:
        event.host.role_grants.update(ended_at=NOW)
    member = factories.make_member("あき")
    factories.make_registration(event, member, state=state)

    assert_listed_alike(member)
    stays = is_led or state != RegistrationState.WITHDRAWN
    assert (event in coming_to(member, NOW)) == (is_listed and stays)
    assert other in coming_to(member, NOW)


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize(
    ("kinds", "combined", "is_closed"),
    [
        pytest.param([], Combined.ALL, False, id="open to all"),
        pytest.param([OTHER], Combined.ALL, False, id="another condition"),
        pytest.param([INVITED], Combined.ALL, True, id="by invitation"),
        pytest.param([INVITED], Combined.ANY, True, id="by invitation, any is enough"),
        pytest.param([INVITED, OTHER], Combined.ALL, True, id="by invitation and another"),
        pytest.param([INVITED, OTHER], Combined.ANY, False, id="by invitation or another"),
    ],
)
def test_who_sees_an_event_is_decided_as_by_the_queryset(relation, kinds, combined, is_closed):
    member, event = factories.make_member("あき"), factories.make_event(conditions_combined=combined)
    for kind in kinds:
        Condition.objects.create(event=event, kind=kind, values=["x"])
    RELATIONS[relation](event, member)

    assert (assert_alike(member, event.pk) is None) == (is_closed and relation == "stranger")


@pytest.mark.parametrize(
    ("fields", "is_seen"),
    [
        ({"state": EventState.DRAFT}, False),
        ({"state": EventState.DRAFT, "published_at": None}, False),
        ({"state": EventState.CALLED_OFF}, True),
        ({"state": EventState.CALLED_OFF, "published_at": None}, False),
        ({"state": EventState.CLOSED}, True),
    ],
)
def test_what_was_never_published_is_seen_by_nobody(fields, is_seen):
    event = factories.make_event(**fields)
    assert (assert_alike(event.host, event.pk) is not None) == is_seen


def test_the_line_is_counted():
    event = factories.make_event(capacity=2)
    factories.make_registration(event)
    for is_first_timer in (True, False, False):
        factories.make_registration(event, state=RegistrationState.WAITING, is_first_timer=is_first_timer)
    factories.make_registration(factories.make_event(), state=RegistrationState.WAITING)

    found = assert_alike(factories.make_member(), event.pk)
    assert (found.waiting, found.first_timers_waiting) == (3, 1)


@pytest.mark.parametrize(
    ("roles", "until", "is_open", "may_lead"),
    [
        ((Role.HOST,), None, True, True),
        ((Role.OWNER,), None, True, True),
        ((Role.MODERATOR,), None, True, False),
        ((Role.HOST,), None, False, False),
        ((Role.HOST,), timedelta(), True, True),
        ((Role.HOST,), timedelta(microseconds=1), True, False),
    ],
    ids=["host", "owner", "neither", "account shut", "suspended until it starts", "suspended when it starts"],
)
def test_whether_the_host_may_lead_is_decided_as_by_the_queryset(roles, until, is_open, may_lead):
    host = factories.make_member("蓮", roles=roles)
    host.is_active = is_open
    host.save()
    event = factories.make_event(host)
    if until is not None:
        Suspension.objects.create(
            member=host,
            imposed_by=host,
            reason="理由",
            starts_at=NOW - timedelta(days=1),
            until=event.starts_at + until,
        )

    assert assert_alike(factories.make_member(), event.pk).has_leader == may_lead


@pytest.mark.parametrize("number", [0, 2**63 - 1, 2**63, -(2**70)])
def test_no_event_has_a_strange_number(number):
    assert assert_alike(factories.make_member(), number) is None


@pytest.mark.parametrize("length", [timedelta(hours=-3), timedelta(hours=-1), timedelta(), timedelta(hours=3)])
@pytest.mark.parametrize("shift", [timedelta(hours=-1), -INSTANT, timedelta(), INSTANT, timedelta(hours=1)])
def test_what_overlaps_is_decided_as_by_the_queryset(shift, length):
    """Beside an hour's event: another that ends or starts at its edge, around it, within it, and the event itself."""
    member, event = factories.make_member("あき"), factories.make_event()
    other = factories.make_event(starts_at=event.starts_at + shift + length, minutes=60, state=EventState.CALLED_OFF)
    for one in (event, other):
        factories.make_registration(one, member, state=RegistrationState.WAITING)
    factories.make_registration(event)

    expected = member.registrations.overlapping(event.starts_at, event.ends_at)
    found = {row.pk: row for row in registrations_at_the_time_of(member, event)}
    assert found.keys() == {row.pk for row in expected}
    assert all(columns(found[row.pk]) == columns(row) for row in expected)
    assert all(found[row.pk].event_state == row.event.state for row in expected)


def test_conditions_marks_themes_and_the_known_are_those_of_the_querysets():
    member = factories.make_member("あき", industry="G")
    event = factories.make_event()
    for kind in (OTHER, INVITED):
        Condition.objects.create(event=event, kind=kind, values=["a", "b"])
        Condition.objects.create(event=factories.make_event(), kind=kind, values=["c"])
    for theme in ("growth", "change"):
        ProfileTheme.objects.create(profile=member.profile, theme=theme)
    ProfileTheme.objects.create(profile=factories.make_member().profile, theme="other")
    for state in RegistrationState:
        factories.make_registration(event, wants_to_talk=f"話 {state}", state=state, is_first_timer=state == "waiting")
    mine = factories.make_registration(event, member, is_first_timer=True)
    factories.make_mark(mine)
    factories.make_mark(factories.make_registration(factories.make_event()))

    conditions, marks = Condition.objects.filter(event=event), Mark.objects.filter(registration__member=member)
    assert sorted(map(columns, condition_rows_of(event)), key=str) == sorted(map(columns, conditions), key=str)
    assert [(m.points, m.expires_at, m.ruling, m.spared_for) for m in marks_of(member)] == [
        (m.points, m.expires_at, m.ruling, m.spared_for) for m in marks
    ]
    assert theme_keys_of(member) == {"growth", "change"}
    known = event.registrations.filter(state__in=[*SEATED, RegistrationState.WITHDRAWN])
    shown = ("member_id", "state", "member__profile__industry", "wants_to_talk", "is_first_timer", "pk")
    assert sorted(map(tuple, known_of(event)), key=str) == sorted(known.values_list(*shown), key=str)


@pytest.mark.parametrize("is_empty", [True, False])
def test_seat_counts_are_those_of_the_querysets(is_empty):
    event = factories.make_event(first_timer_seats=3, first_timer_seats_until=NOW + timedelta(days=1))
    for number in range(0 if is_empty else 2 * len(RegistrationState)):
        state = list(RegistrationState)[number // 2]
        factories.make_registration(event, state=state, is_first_timer=number % 2 == 0)
    factories.make_registration(factories.make_event(), is_first_timer=True)

    rows = event.registrations.all()
    seated, waiting = rows.filter(state__in=SEATED), rows.filter(state=RegistrationState.WAITING)
    counts = seat_counts_of(event, NOW)
    assert (counts.taken, counts.waiting) == (seated.count(), waiting.count())
    assert counts.first_timers_waiting == waiting.filter(is_first_timer=True).count()
    assert counts.kept == 3 - seated.filter(is_first_timer=True).count()
    assert counts.next_queue_number == (rows.aggregate(last=Max("queue_number"))["last"] or 0) + 1
    assert counts.highest_seat == (rows.aggregate(highest=Max("seat_number"))["highest"] or 0)
