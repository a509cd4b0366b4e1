"""The list of events: what suits me first, one honest line each, filters that need no JavaScript."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.event.choices import EventState
from events.models import Condition, Offer
from events.registration.choices import RegistrationState
from events.registration.pages.event_list import Filters, event_list
from events.registration.rules.fit import EventTraits, Fit, FitReason, MemberPreferences, fit, time_band
from members.models import ProfileTheme
from tests import factories

NOW = MONDAY_EVENING = datetime(2026, 11, 23, 11, tzinfo=UTC)  # 20:00 in Tokyo


def evening(**changes) -> EventTraits:
    return EventTraits(**{"starts_at": MONDAY_EVENING, "minutes": 60, "group_size": 4, **changes})


ABC = frozenset("ABC")
STUCK = frozenset({"stuck"})


@pytest.mark.parametrize(
    ("wishes", "offered", "expected"),
    [
        pytest.param(MemberPreferences(), evening(), Fit(0, FitReason.DIFFERS), id="nothing told, nothing claimed"),
        pytest.param(MemberPreferences(max_minutes=60), evening(), Fit(30, FitReason.FORMAT_WISHES), id="short enough"),
        pytest.param(
            MemberPreferences(max_minutes=60, group_size=3),
            evening(),
            Fit(0, FitReason.DIFFERS),
            id="half a wish is none",
        ),
        pytest.param(
            MemberPreferences(time_bands=frozenset({"weekday-evening"})),
            evening(),
            Fit(15, FitReason.TIME_BANDS),
            id="time",
        ),
        pytest.param(
            MemberPreferences(max_minutes=60, themes=STUCK),
            evening(themes=STUCK),
            Fit(60, FitReason.SHARED_THEMES, shared_themes=STUCK),
            id="common ground before wishes",
        ),
        pytest.param(MemberPreferences(), evening(is_narrow=True), Fit(30, FitReason.MEANT_FOR_YOU), id="meant for me"),
        pytest.param(
            MemberPreferences(themes=STUCK),
            evening(themes=STUCK, is_narrow=True),
            Fit(30, FitReason.SHARED_THEMES, shared_themes=STUCK),
            id="common ground counts once",
        ),
        pytest.param(
            MemberPreferences(industry="A"),
            evening(industries=ABC),
            Fit(25 * 2 / 3, FitReason.NEW_INDUSTRIES, new_industries=frozenset("BC")),
            id="my own industry is not new",
        ),
        pytest.param(
            MemberPreferences(),
            evening(industries=frozenset("ABCDE")),
            Fit(25, FitReason.NEW_INDUSTRIES, new_industries=frozenset("ABCDE")),
            id="three new industries are enough",
        ),
    ],
)
def test_fit(wishes, offered, expected):
    assert fit(wishes, offered) == expected


@pytest.mark.parametrize(
    ("local", "band"),
    [
        ("2026-11-23T07:30", "weekday-morning"),
        ("2026-11-23T12:10", "weekday-lunch"),
        ("2026-11-23T15:00", ""),
        ("2026-11-27T20:00", "weekday-evening"),
        ("2026-11-28T10:00", "weekend-morning"),
        ("2026-11-29T14:00", "weekend-afternoon"),
        ("2026-11-29T19:00", "weekend-evening"),
        ("2026-11-29T02:00", ""),
    ],
)
def test_time_band(local, band):
    assert time_band(datetime.fromisoformat(local).replace(tzinfo=factories.TOKYO)) == band


def titles(client, query: str = "") -> list[str]:
    page = client.get(reverse("events:events") + query).content.decode()
    return [re.sub("<[^>]+>", "", title) for title in re.findall(r"<h3><a[^>]*>(.*?)</a></h3>", page)]


def at(weekday_offset: int, hour: int) -> datetime:
    """The first Monday at least a week away, and so many days later, at this hour in Tokyo."""
    day = timezone.localtime() + timedelta(days=7)
    day += timedelta(days=(7 - day.weekday()) % 7 + weekday_offset)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def test_what_suits_me_comes_first_and_what_i_cannot_join_last(aki, signed_in):
    ProfileTheme.objects.create(profile=aki.profile, theme="stuck")
    closed = factories.make_event(title="対象外の会", themes=["stuck"])
    Condition.objects.create(event=closed, kind="industry", values=["P"])
    factories.make_event(title="長い会", minutes=120)
    factories.make_event(title="共通点のある会", themes=["stuck"])
    client = signed_in(aki)
    assert titles(client) == ["共通点のある会", "長い会", "対象外の会"]
    page = client.get(reverse("events:events")).content.decode()
    assert re.findall(r"<b>(.*?)：</b>", page) == ["あなたとの共通点", "希望と少しちがいます", "条件がちがいます"]
    assert "「この会社だけで大丈夫？」を話す会です。" in page
    assert "「業界：医療・福祉」を対象にした会です。" in page


def test_drafts_past_and_called_off_events_are_not_listed(aki, signed_in):
    factories.make_event(title="下書き", state=EventState.DRAFT)
    factories.make_event(title="中止", state=EventState.CALLED_OFF)
    factories.make_event(title="始まった会", starts_at=timezone.now() - timedelta(minutes=1))
    factories.make_event(title="これからの会")
    assert titles(signed_in(aki)) == ["これからの会"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("", {"平日の夜", "土の朝", "会場"}, id="no tick"),
        pytest.param("?format=onsite", {"会場"}, id="on site"),
        pytest.param("?length=60", {"平日の夜", "土の朝"}, id="an hour at most"),
        pytest.param("?length=45&length=90", {"平日の夜", "土の朝", "会場"}, id="of two lengths the longer"),
        pytest.param("?when=weekday-evening&when=weekend-morning", {"平日の夜", "土の朝"}, id="two bands"),
        pytest.param("?format=online&when=weekend-morning", {"土の朝"}, id="both must hold"),
        pytest.param("?format=moon&length=x&when=&page=-4", {"平日の夜", "土の朝", "会場"}, id="nonsense is ignored"),
        pytest.param("?when=weekday-lunch", set(), id="none"),
    ],
)
def test_filters(aki, signed_in, query, found):
    factories.make_event(title="平日の夜", starts_at=at(2, 20))
    factories.make_event(title="土の朝", starts_at=at(5, 10), minutes=50)
    factories.make_event(title="会場", starts_at=at(6, 14), minutes=90, format="onsite", place="清澄白河")
    assert set(titles(signed_in(aki), query)) == found


def test_nothing_found_says_what_to_do(aki, signed_in):
    page = signed_in(aki).get(reverse("events:events") + "?format=onsite").content.decode()
    assert "この条件の会は、いまはありません" in page
    assert "条件をすべて外す" in page


def test_htmx_gets_the_list_alone(aki, signed_in):
    factories.make_event()
    page = signed_in(aki).get(reverse("events:events"), headers={"HX-Request": "true"}).content.decode()
    assert page.lstrip().startswith('<div id="event-list"')
    assert 'role="status"' in page
    assert "<html" not in page


def test_pages_of_twenty_keep_the_ticks(aki, signed_in):
    for number in range(21):
        factories.make_event(title=f"会{number}")
    client = signed_in(aki)
    assert len(titles(client, "?format=online")) == 20
    assert len(titles(client, "?format=online&page=2")) == 1
    assert "?format=online&amp;page=2" in client.get(reverse("events:events") + "?format=online").content.decode()


def test_new_industries_are_counted_only_among_enough_people(aki):
    event = factories.make_event(minutes=120)
    for industry in "MO":
        factories.make_registration(event, factories.make_member(industry=industry))
    now = timezone.now()
    assert event_list(aki, Filters(), now=now).cards[0].line.lead == "希望と少しちがいます"
    factories.make_registration(event, factories.make_member(industry="E"))
    assert event_list(aki, Filters(), now=now).cards[0].line.text == "あなたとちがう2つの業界の方が来ます。"


def test_my_next_seat_stands_on_top_and_an_offer_before_it(aki):
    now = timezone.now()
    soon = factories.make_event(now=now, starts_at=now + timedelta(minutes=20))
    factories.make_registration(soon, aki)
    found = event_list(aki, Filters(), now=now).next_event
    assert (found.event, found.room_is_open, found.offer_expires_at) == (soon, True, None)
    later = factories.make_event(now=now)
    registration = factories.make_registration(later, aki, state=RegistrationState.OFFERED)
    deadline = now + timedelta(hours=1)
    Offer.objects.create(registration=registration, made_at=now, expires_at=deadline)
    found = event_list(aki, Filters(), now=now).next_event
    assert (found.event, found.room_is_open, found.offer_expires_at) == (later, False, deadline)
    assert event_list(aki, Filters(), now=deadline + timedelta(hours=2)).next_event is None


def test_my_events_tells_seat_place_and_presence(aki, signed_in, django_assert_max_num_queries):
    full = factories.make_event(title="満席の会")
    factories.make_registration(full, state=RegistrationState.WAITING)
    factories.make_registration(full, aki, state=RegistrationState.WAITING)
    factories.make_registration(factories.make_event(title="席のある会"), aki)
    client = signed_in(aki)
    with django_assert_max_num_queries(10) as two:
        page = client.get(reverse("events:mine")).content.decode()
    assert "2番目にお待ちです" in page
    for number in range(30):
        factories.make_registration(factories.make_event(starts_at=timezone.now() + timedelta(days=number + 1)), aki)
    with django_assert_max_num_queries(10) as many:
        client.get(reverse("events:mine"))
    assert len(two) == len(many)


def test_list_costs_the_same_for_one_and_thirty_events(aki, signed_in, django_assert_max_num_queries):
    def one_more() -> None:
        event = factories.make_event()
        Condition.objects.create(event=event, kind="industry", values=["E"])
        factories.make_registration(event)

    client = signed_in(aki)
    one_more()
    with django_assert_max_num_queries(10) as one:
        client.get(reverse("events:events"))
    for _ in range(29):
        one_more()
    with django_assert_max_num_queries(10) as thirty:
        client.get(reverse("events:events"))
    assert len(one) == len(thirty)
