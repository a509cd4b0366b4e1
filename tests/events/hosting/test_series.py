"""An event comes again and again; each date can still be moved or dropped alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime

from events.event.choices import Pattern
from events.event.rules.series import (
    NoSeries,
    OneOfSeries,
    Recurrence,
    follows,
    is_left_alone,
    on_another_date,
    publishes_at,
    why_not_begin,
    why_not_on,
    within_reach,
)
from events.hosting.flows.event import call_off_event, change_event, plan_event, publish_event
from events.hosting.flows.publishing import publish_due_events
from events.hosting.flows.series import begin_series, change_series, continue_series, dates_ahead
from events.hosting.queries import hosting as queries
from events.models import Event, Series
from kouryu.clock import TOKYO
from kouryu.refusal import Refused
from members.models import AuditEntry
from tests.events.plans import make_plan, typed
from tests.factories import make_co_host, make_event, make_member, make_series

BERLIN = ZoneInfo("Europe/Berlin")  # changes its clocks, which Tokyo does not
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pattern", "first", "days"),
    [
        pytest.param("weekly", "2026-12-02", ["12-09", "12-16", "12-23"], id="every week"),
        pytest.param("second-week", "2026-12-02", ["12-16", "12-30", "01-13"], id="every second Wednesday"),
        pytest.param("fourth-week", "2026-12-02", ["12-30", "01-27", "02-24"], id="every fourth week"),
        pytest.param("monthly", "2026-12-09", ["01-13", "02-10", "03-10"], id="the second Wednesday"),
        pytest.param("monthly", "2026-12-23", ["01-27", "02-24", "03-24"], id="the fourth Wednesday"),
        pytest.param("monthly", "2026-12-30", ["01-27", "02-24", "03-31"], id="a fifth Wednesday means the last"),
        pytest.param("weekly", "2028-02-25", ["03-03", "03-10", "03-17"], id="over a leap day"),
    ],
)
def test_the_dates_of_a_recurrence(pattern, first, days):
    recurrence = Recurrence(pattern, datetime.fromisoformat(f"{first}T20:00"))
    moments = [moment.astimezone(TOKYO) for moment in recurrence.moments(TOKYO, after=1, count=3)]
    assert [moment.strftime("%m-%d") for moment in moments] == days
    assert {moment.strftime("%H:%M") for moment in moments} == {"20:00"}


def test_it_goes_on_where_it_stopped():
    recurrence = Recurrence("second-week", datetime(2026, 12, 2, 20))  # noqa: DTZ001 - the wall clock has no zone
    all_at_once = recurrence.moments(TOKYO, after=1, count=6)
    assert recurrence.moments(TOKYO, after=1, count=2) + recurrence.moments(TOKYO, after=3, count=4) == all_at_once


@pytest.mark.parametrize(
    ("zone", "hours_utc"),
    [
        pytest.param(TOKYO, [11, 11, 11], id="Tokyo keeps one offset"),
        pytest.param(BERLIN, [19, 18, 18], id="Berlin goes to summer time"),
    ],
)
def test_eight_stays_eight_when_the_clocks_change(zone, hours_utc):
    recurrence = Recurrence("weekly", datetime(2027, 3, 24, 20))  # noqa: DTZ001 - the wall clock has no zone
    moments = recurrence.moments(zone, after=0, count=3)
    assert [moment.astimezone(zone).hour for moment in moments] == [20, 20, 20]
    assert [moment.hour for moment in moments] == hours_utc


@pytest.mark.parametrize(
    ("first", "hours_utc"),
    [
        pytest.param("2027-03-21T02:30", [1, 1, 0], id="an hour that is skipped"),
        pytest.param("2027-10-24T02:30", [0, 0, 1], id="an hour that comes twice: the earlier"),
    ],
)
def test_an_hour_that_the_clocks_skip_or_repeat(first, hours_utc):
    recurrence = Recurrence("weekly", datetime.fromisoformat(first))
    assert [moment.hour for moment in recurrence.moments(BERLIN, after=0, count=3)] == hours_utc


def test_registration_closes_as_long_before_by_the_clock_on_the_wall():
    starts_at = datetime(2027, 3, 24, 19, 0, tzinfo=UTC)  # 20:00 in Berlin, winter
    plan = make_plan(NOW, starts_at=starts_at, registration_closes_at=starts_at - timedelta(days=1))
    moved = on_another_date(plan, datetime(2027, 3, 29, 18, 0, tzinfo=UTC), BERLIN)  # 20:00, summer, a day after
    assert moved.registration_closes_at.astimezone(BERLIN).strftime("%d %H:%M") == "28 20:00"


def test_a_date_follows_by_as_much_on_the_wall():
    was = datetime(2027, 3, 24, 19, 0, tzinfo=UTC)
    plan = make_plan(NOW, starts_at=was + timedelta(days=1, hours=-1), title="新しい名前")
    other = follows(plan, datetime(2027, 3, 31, 18, 0, tzinfo=UTC), was=was, zone=BERLIN)
    assert (other.title, other.starts_at.astimezone(BERLIN).strftime("%m-%d %H:%M")) == ("新しい名前", "04-01 19:00")


@pytest.mark.parametrize(
    ("one", "left"),
    [
        pytest.param(OneOfSeries("draft", NOW + timedelta(days=1), changed_alone=False), False, id="a coming draft"),
        pytest.param(OneOfSeries("draft", NOW + timedelta(days=1), changed_alone=True), True, id="changed alone"),
        pytest.param(OneOfSeries("draft", NOW, changed_alone=False), True, id="past"),
        pytest.param(OneOfSeries("published", NOW + timedelta(days=1), changed_alone=False), True, id="published"),
        pytest.param(OneOfSeries("called-off", NOW + timedelta(days=1), changed_alone=False), True, id="dropped"),
    ],
)
def test_what_is_left_alone(one, left):
    assert is_left_alone(one, now=NOW) == left


@pytest.mark.parametrize(
    ("state", "in_series", "reason"),
    [
        ("draft", False, None),
        ("published", False, None),
        ("published", True, NoSeries.ALREADY),
        ("closed", False, NoSeries.OVER),
        ("called-off", True, NoSeries.OVER),
    ],
)
def test_why_not_begin(state, in_series, reason):
    assert why_not_begin(state, in_series=in_series) == reason


@pytest.mark.parametrize(
    ("chosen", "reason"),
    [
        pytest.param([1], None, id="one of them"),
        pytest.param([1, 2], None, id="all of them"),
        pytest.param([], NoSeries.OTHER_DATES, id="none"),
        pytest.param([1, 3], NoSeries.OTHER_DATES, id="one that was not shown"),
    ],
)
def test_why_not_on(chosen, reason):
    days = {number: NOW + timedelta(days=number) for number in range(4)}
    assert why_not_on([days[one] for one in chosen], [days[1], days[2]]) == reason


def test_what_is_past_or_more_than_a_year_away_is_not_offered():
    moments = [NOW, NOW + timedelta(days=1), NOW + timedelta(days=366), NOW + timedelta(days=367)]
    assert within_reach(moments, now=NOW) == moments[1:3]


@pytest.mark.parametrize(
    ("days", "closes_before", "expected"),
    [
        pytest.param(7, 0, NOW + timedelta(days=3), id="a week before"),
        pytest.param(14, 0, None, id="that is past"),
        pytest.param(7, 8, None, id="nobody could register any more"),
    ],
)
def test_when_a_draft_publishes_itself(days, closes_before, expected):
    starts_at = NOW + timedelta(days=10)
    plan = make_plan(NOW, starts_at=starts_at, registration_closes_at=starts_at - timedelta(days=closes_before))
    assert publishes_at(plan, timedelta(days=days), TOKYO, now=NOW) == expected


# --- what happens


@pytest.fixture
def first(ren) -> Event:
    return plan_event(by=ren, plan=make_plan(timezone.now(), title="水曜の夜"), now=timezone.now())


def begin(event, ren, *, skip=(), publish_before=None, count=4) -> Series:
    now = timezone.now()
    local = localtime(event.starts_at).replace(tzinfo=None)
    dates = dates_ahead(Recurrence("second-week", local), TOKYO, passed=1, count=count, now=now)
    return begin_series(
        event_id=event.pk,
        pattern=Pattern.SECOND_WEEK,
        count=count,
        chosen=[date for number, date in enumerate(dates, 1) if number not in skip],
        publish_before=publish_before,
        zone=TOKYO,
        by=ren,
        now=now,
    )


def weeks(series) -> list[float]:
    """How many weeks after the first each event is."""
    moments = list(series.events.order_by("starts_at").values_list("starts_at", flat=True))
    return [(moment - moments[0]) / timedelta(weeks=1) for moment in moments]


def test_drafts_are_made_on_the_chosen_dates_alone(first, ren, aki):
    make_co_host(first, aki)
    series = begin(first, ren, skip={2}, publish_before=timedelta(days=7))
    events = list(series.events.order_by("starts_at"))
    assert weeks(series) == [0, 2, 6, 8]
    plan = queries.plan_of(first)
    assert [queries.plan_of(event) for event in events] == [on_another_date(plan, e.starts_at, TOKYO) for e in events]
    assert {(event.state, event.host_id, event.changed_alone) for event in events} == {("draft", ren.pk, False)}
    assert [e.publish_at and e.starts_at - e.publish_at for e in events] == [None, *[timedelta(days=7)] * 3]
    assert [event.co_hosts.count() for event in events] == [1, 0, 0, 0]
    assert AuditEntry.objects.filter(verb="series.begin").count() == 1


def test_a_second_click_changes_nothing(first, ren):
    begin(first, ren)
    with pytest.raises(Refused) as refused:
        begin(first, ren)
    assert (refused.value.reason, Series.objects.count(), Event.objects.count()) == (NoSeries.ALREADY, 1, 5)


def test_it_is_continued_after_the_dates_that_were_decided_about(first, ren):
    series = begin(first, ren, skip={2, 4})
    now = timezone.now()
    dates = dates_ahead(series.recurrence, series.zone_info, passed=series.passed, count=3, now=now)
    for chosen in (dates[:2], dates[2:]):
        try:
            continue_series(series_id=series.pk, count=3, chosen=chosen, publish_before=None, by=ren, now=now)
        except Refused as refused:
            assert refused.reason == NoSeries.OTHER_DATES  # noqa: PT017 - the second click finds other dates ahead
    assert weeks(series) == [0, 2, 6, 10, 12]


def test_one_date_moved_or_dropped_leaves_the_rest(first, ren):
    series = begin(first, ren)
    second, third = series.events.order_by("starts_at")[1:3]
    plan = queries.plan_of(second)
    moved = on_another_date(plan, plan.starts_at + timedelta(days=1), TOKYO)
    change_event(event_id=second.pk, by=ren, plan=moved, seen_version=1, now=timezone.now())
    call_off_event(event_id=third.pk, by=ren, reason="", now=timezone.now())
    assert weeks(series) == [0, 2 + 1 / 7, 4, 6, 8]
    assert list(series.events.order_by("starts_at").values_list("changed_alone", "state")) == [
        (False, "draft"),
        (True, "draft"),
        (False, "called-off"),
        (False, "draft"),
        (False, "draft"),
    ]


def test_a_change_for_all_reaches_coming_drafts_that_nobody_changed_alone(first, ren):
    series = begin(first, ren, count=5)
    _, second, third, fourth, fifth, sixth = series.events.order_by("starts_at")
    now = timezone.now()
    alone = replace(queries.plan_of(third), title="この回だけ")
    change_event(event_id=third.pk, by=ren, plan=alone, seen_version=1, now=now)
    publish_event(event_id=fourth.pk, by=ren, now=now)
    call_off_event(event_id=fifth.pk, by=ren, reason="", now=now)
    Event.objects.filter(pk=first.pk).update(starts_at=now - timedelta(days=1))  # over

    plan = queries.plan_of(second)
    later = on_another_date(replace(plan, title="木曜の夜"), plan.starts_at + timedelta(days=1), TOKYO)
    done = change_series(event_id=second.pk, by=ren, plan=later, seen_version=1, now=now)

    titles = dict(series.events.values_list("pk", "title"))
    assert titles == {
        first.pk: "水曜の夜",
        second.pk: "木曜の夜",
        third.pk: "この回だけ",
        fourth.pk: "水曜の夜",
        fifth.pk: "水曜の夜",
        sixth.pk: "木曜の夜",
    }
    assert ([e.pk for e in done.changed], [e.pk for e in done.left]) == ([sixth.pk], [third.pk, fourth.pk])
    sixth_before = sixth.starts_at
    sixth.refresh_from_db()
    second.refresh_from_db()
    assert sixth.starts_at - sixth_before == timedelta(days=1)
    assert (second.changed_alone, sixth.changed_alone, sixth.version) == (False, False, 2)
    series.refresh_from_db()
    assert series.recurrence.first.date() == localtime(later.starts_at).date() - timedelta(weeks=2)


def test_a_change_for_all_by_who_saw_an_older_version_changes_nothing(first, ren):
    series = begin(first, ren)
    plan = replace(queries.plan_of(first), title="先に")
    change_event(event_id=first.pk, by=ren, plan=plan, seen_version=1, now=timezone.now())
    with pytest.raises(Refused):
        change_series(
            event_id=first.pk, by=ren, plan=replace(plan, title="あとから"), seen_version=1, now=timezone.now()
        )
    assert set(series.events.values_list("title", flat=True)) == {"先に", "水曜の夜"}


def test_each_date_publishes_itself(first, ren):
    series = begin(first, ren, publish_before=timedelta(days=7))
    second = series.events.order_by("starts_at")[1]
    assert publish_due_events(now=second.publish_at) == 1
    assert list(series.events.filter(state="published")) == [second]


# --- the pages


def test_the_dates_are_shown_before_they_are_made(first, ren, signed_in):
    host, address = signed_in(ren), reverse("events:begin_series", args=[first.pk])
    assert host.get(address).context["dates"] is None
    shown = host.get(address, {"pattern": "weekly", "count": "3"})
    dates = [value for value, _label in shown.context["dates"].fields["dates"].choices]
    assert (len(dates), Event.objects.count()) == (3, 1)

    sent = {"pattern": "weekly", "count": "3", "dates": [dates[0], dates[2]], "publish_before": "7"}
    made = host.post(address, sent)

    series = Series.objects.get()
    assert made.url == reverse("events:series", args=[series.pk])
    assert weeks(series) == [0, 1, 3]
    page = host.get(made.url)
    assert page.content.decode().count("水曜の夜") == 3
    again = host.post(address, sent)
    assert (again.status_code, made.url in again.content.decode(), Event.objects.count()) == (409, True, 3)


def test_more_dates_are_made_from_the_page_of_the_series(first, ren, signed_in):
    series = begin(first, ren, count=1)
    host, address = signed_in(ren), reverse("events:series", args=[series.pk])
    dates = [value for value, _ in host.get(address, {"count": "2"}).context["dates"].fields["dates"].choices]
    for status in (302, 422):  # the second time other dates are ahead
        assert host.post(address, {"count": "2", "dates": dates}).status_code == status
    assert weeks(series) == [0, 2, 4, 6]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        pytest.param({"count": "0", "pattern": "weekly"}, "count", id="none"),
        pytest.param({"count": "13", "pattern": "weekly"}, "count", id="too many"),
        pytest.param({"count": "9" * 40, "pattern": "weekly"}, "count", id="a huge number"),
        pytest.param({"count": "2", "pattern": "daily"}, "pattern", id="an unknown pattern"),
        pytest.param({"count": "2", "pattern": "weekly", "dates": ["2026-01-01"]}, "dates", id="another date"),
        pytest.param({"count": "2", "pattern": "weekly"}, "dates", id="no date"),
        pytest.param({"count": "2\x00", "pattern": "weekly"}, "count", id="NUL"),
    ],
)
def test_bad_input_is_told_at_its_field(first, ren, signed_in, typed, field):
    page = signed_in(ren).post(reverse("events:begin_series", args=[first.pk]), typed)
    assert (page.status_code, set(page.context["form"].errors), Event.objects.count()) == (422, {field}, 1)


def test_dates_beyond_a_year_are_not_offered(ren, signed_in):
    far = plan_event(
        by=ren, plan=make_plan(timezone.now(), starts_at=timezone.now() + timedelta(days=360)), now=timezone.now()
    )
    page = signed_in(ren).get(reverse("events:begin_series", args=[far.pk]), {"pattern": "monthly", "count": "6"})
    assert (page.status_code, "一年先まで" in page.content.decode()) == (200, True)


def test_a_host_saves_for_all_and_is_told_which(first, ren, signed_in):
    series = begin(first, ren, count=2)
    second, third = series.events.order_by("starts_at")[1:]
    publish_event(event_id=third.pk, by=ren, now=timezone.now())
    host, address = signed_in(ren), reverse("events:edit", args=[first.pk])
    assert 'name="all"' in host.get(address).content.decode()

    sent = typed(replace(queries.plan_of(first), title="みんなの名前"), seen_version="1", all="1")
    page = host.post(address, sent, follow=True).content.decode()

    assert set(series.events.values_list("title", flat=True)) == {"みんなの名前", "水曜の夜"}
    assert f"同じように直した回：{_day(second)}" in page
    assert f"その回だけ変えたもの）：{_day(third)}" in page


def _day(event) -> str:
    local = localtime(event.starts_at)
    return f"{local.month}月{local.day}日"


def test_a_co_host_changes_one_date_only(first, ren, aki, signed_in):
    series = begin(first, ren, count=1)
    make_co_host(first, aki, right="everything")
    helper, address = signed_in(aki), reverse("events:edit", args=[first.pk])
    assert 'name="all"' not in helper.get(address).content.decode()
    helper.post(address, typed(replace(queries.plan_of(first), title="一回だけ"), seen_version="1", all="1"))
    assert list(series.events.order_by("starts_at").values_list("title", flat=True)) == ["一回だけ", "水曜の夜"]
    assert helper.get(reverse("events:series", args=[series.pk])).status_code == 404


def test_another_host_finds_no_series(ren, signed_in):
    series = make_series(ren)
    other = signed_in(make_member("ほかの進行役", roles=("host",)))
    assert other.get(reverse("events:series", args=[series.pk])).status_code == 404
    assert other.get(reverse("events:begin_series", args=[make_event(ren).pk])).status_code == 404
