"""The feed: what calendar programs find at a member's secret address, and that it ends when it is revoked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import vobject
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from events.event.choices import EventState
from events.hosting.flows.event import change_event
from events.hosting.queries import hosting as queries
from events.models import CalendarFeed, Offer
from events.registration.choices import RegistrationState
from events.registration.flows.feed import renew_feed, revoke_feed
from events.registration.flows.registration import withdraw
from events.registration.queries.feed import address_of
from members.models import AuditEntry, Period
from tests import factories

PAGE = reverse("events:feed_page")


@pytest.fixture(autouse=True)
def _nothing_fetched_yet(db) -> None:
    cache.clear()


@pytest.fixture
def path(aki, settings) -> str:
    """Where aki's feed is."""
    feed = renew_feed(member=aki, seen=None, now=timezone.now())
    return address_of(feed).removeprefix(settings.SITE_URL)


def entries(file: bytes) -> list[tuple[str, str]]:
    """Title and status of each entry, after a strict reader was content with the whole."""
    calendar = vobject.readOne(file.decode())
    calendar.validate(raiseException=True)
    found = calendar.contents.get("vevent", [])
    return [(entry.summary.value, entry.status.value) for entry in found]


def offer_seat(event, member) -> Offer:
    row = factories.make_registration(event, member, state=RegistrationState.OFFERED)
    now = timezone.now()
    return Offer.objects.create(registration=row, made_at=now, expires_at=now + timedelta(hours=5))


def test_it_holds_certain_seats_and_open_offers_and_nothing_else(aki, mio, client, path):
    now = timezone.now()
    for title, state in (("確かな夜", "confirmed"), ("待つ夜", "waiting"), ("やめた夜", "withdrawn")):
        factories.make_registration(factories.make_event(title=title), aki, state=state)
    factories.make_registration(factories.make_event(title="ほかの人の夜"), mio)
    factories.make_registration(factories.make_event(title="去年の夜", starts_at=now - timedelta(days=100)), aki)
    stopped = factories.make_event(title="中止の夜", state=EventState.CALLED_OFF, starts_at=now + timedelta(days=9))
    factories.make_registration(stopped, aki)
    offer_seat(factories.make_event(title="案内の夜"), aki)
    offers = offer_seat(factories.make_event(title="遅すぎた夜"), aki)
    Offer.objects.filter(pk=offers.pk).update(expires_at=now)
    answer = client.get(path)
    assert entries(answer.content) == [
        ("確かな夜", "CONFIRMED"), ("中止の夜", "CANCELLED"), ("案内の夜", "TENTATIVE"),
    ]  # fmt: skip


def test_it_names_nobody_and_sets_no_cookie(aki, client, path):
    event = factories.make_event()
    factories.make_registration(event, aki)
    factories.make_registration(event, factories.make_member("ほかの人"))
    answer = client.get(path)
    file = answer.content.decode().replace("\r\n ", "")
    hidden = (aki.email, aki.called_name, "ほかの人", event.host.email, event.room_url, "ATTENDEE", "ORGANIZER")
    assert [word for word in hidden if word in file] == []
    assert max(len(line) for line in answer.content.split(b"\r\n")) <= 75
    assert not answer.cookies
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"


def test_what_is_already_there_is_not_sent_again(aki, client, path):
    seat = factories.make_registration(factories.make_event(), aki)
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    seat.event.title = "別の名前の夜"
    seat.event.save(update_fields=["title"])
    changed = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (changed.status_code, changed["ETag"] != first["ETag"]) == (200, True)


def test_a_seat_given_back_is_gone_at_the_next_look(aki, client, path):
    event = factories.make_event()
    factories.make_registration(event, aki)
    assert len(entries(client.get(path).content)) == 1
    withdraw(member=aki, event_id=event.pk, now=timezone.now())
    assert entries(client.get(path).content) == []


def test_a_wrong_and_a_revoked_token_get_the_same_sentence(aki, client, path):
    assert client.get(path).status_code == 200
    revoke_feed(member=aki, now=timezone.now())
    answers = [client.get(path), client.get(reverse("events:feed", args=["x" * 43]))]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert "新しいアドレスを作れます" in answers[0].content.decode()


def test_renewing_ends_the_old_address(aki, client, path, settings):
    feed = renew_feed(member=aki, seen=CalendarFeed.objects.get().pk, now=timezone.now())
    assert client.get(path).status_code == 404
    assert client.get(address_of(feed).removeprefix(settings.SITE_URL)).status_code == 200


def test_a_second_click_renews_nothing(aki, path):
    first = CalendarFeed.objects.get()
    renewed = renew_feed(member=aki, seen=first.pk, now=timezone.now())
    assert renew_feed(member=aki, seen=first.pk, now=timezone.now()) == renewed
    assert renew_feed(member=aki, seen=None, now=timezone.now()) == renewed
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == ["feed.make", "feed.make"]


def test_the_database_does_not_know_the_address(aki, path):
    token = path.split("/")[2]
    row = CalendarFeed.objects.values().get()
    assert len(token) == 43  # 256 bits
    assert token not in str(row)


def test_the_address_changes_with_the_sites_key_but_goes_on_working(aki, client, path, settings, signed_in):
    settings.SECRET_KEY = "another-key-after-the-first-one-was-known"
    assert client.get(path).status_code == 200
    page = signed_in(aki).get(PAGE).content.decode()
    assert "もう一度お見せすることはできません" in page
    assert path not in page


@pytest.mark.parametrize("why", ["unpaid", "suspended"])
def test_who_is_out_finds_an_empty_calendar_that_says_why(aki, client, path, why):
    factories.make_registration(factories.make_event(), aki)
    if why == "unpaid":
        Period.objects.all().delete()
    else:
        aki.suspensions.create(starts_at=timezone.now() - timedelta(hours=1), reason="x")
    answer = client.get(path)
    assert (answer.status_code, entries(answer.content)) == (200, [])
    assert "会は表示されません" in answer.content.decode().replace("\r\n ", "")


def test_a_closed_account_has_no_feed(aki, client, path):
    aki.is_active = False
    aki.save(update_fields=["is_active"])
    assert client.get(path).status_code == 404


def test_too_many_looks_are_put_off(client, path, time_machine):
    time_machine.move_to(timezone.now(), tick=False)  # they are counted by the minute of the clock
    answers = [client.get(path).status_code for _ in range(61)]
    assert (answers[:60], answers[60]) == ([200] * 60, 429)


def test_too_many_guesses_are_put_off(client, path, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    wrong = reverse("events:feed", args=["x" * 43])
    answers = [client.get(wrong).status_code for _ in range(31)]
    assert (answers[:30], answers[30]) == ([404] * 30, 429)
    assert client.get(wrong)["Retry-After"] == "60"
    assert client.get(path).status_code == 200  # whoever knows the address is not kept out by guesses from their house


def test_it_is_written_in_its_owners_language(aki, client, path):
    aki.language = "en"
    aki.save(update_fields=["language"])
    factories.make_registration(factories.make_event(), aki)
    assert b"Online (" in client.get(path).content


def test_the_page_makes_shows_renews_and_ends_the_address(aki, signed_in, client):
    browser = signed_in(aki)
    assert "アドレスを作る" in browser.get(PAGE).content.decode()
    page = browser.post(PAGE, {"what": "renew", "seen": ""}, follow=True).content.decode()
    feed = CalendarFeed.objects.get()
    assert address_of(feed) in page
    assert "webcal://" in page
    browser.post(PAGE, {"what": "renew", "seen": feed.pk})
    assert CalendarFeed.objects.get().pk != feed.pk
    browser.post(PAGE, {"what": "revoke"})
    browser.post(PAGE, {"what": "revoke"})
    assert not CalendarFeed.objects.exists()
    assert [browser.post(PAGE, data).status_code for data in ({}, {"what": "renew", "seen": "x"}, {"what": "x"})] == [
        400
    ] * 3


@pytest.mark.parametrize("number", [1, 3])
def test_it_asks_three_questions_for_one_seat_as_for_three(aki, client, path, number):
    for day in range(number):
        factories.make_registration(factories.make_event(starts_at=timezone.now() + timedelta(days=day + 1)), aki)
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert len(entries(client.get(path).content)) == number
    about_seats = [query for query in asked if "kouryu_cache" not in query["sql"] and "SAVEPOINT" not in query["sql"]]
    assert len(about_seats) == 3


def test_the_event_page_leads_to_web_calendars_with_its_own_page_only(aki, signed_in, settings):
    event = factories.make_event(title="夜 & 朝")
    factories.make_registration(event, aki)
    page = signed_in(aki).get(event.get_absolute_url()).content.decode()
    begin = event.starts_at.astimezone(factories.TOKYO)
    assert "https://calendar.google.com/calendar/render?action=TEMPLATE&amp;text=%E5%A4%9C+%26+%E6%9C%9D" in page
    assert f"dates={begin:%Y%m%dT%H%M%S}%2F" in page
    assert "https://outlook.live.com/calendar/0/deeplink/compose?" in page
    assert event.room_url not in page


def revision(browser, path) -> tuple[int, str, str]:
    """Sequence, last change and stamp of the one entry."""
    entry = vobject.readOne(browser.get(path).content.decode()).vevent
    return int(entry.sequence.value), entry.last_modified.value, entry.dtstamp.value


CHANGES = {
    "another title": {"title": "もっとよい名前"},
    "an hour later": {"starts_at": timedelta(hours=1), "registration_closes_at": timedelta(hours=1)},
    "elsewhere": {"place": "清澄白河 4-5-6"},
}


@pytest.mark.parametrize("kind", ["seat", "offer"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_is_seen_in_calendars_and_changes_is_a_new_revision(aki, client, path, time_machine, kind, change):
    """RFC 5545 3.8.7.2: in a file that is fetched the stamp is that of the last change."""
    start = timezone.now().replace(microsecond=0)
    time_machine.move_to(start, tick=False)
    event = factories.make_event(promises=["no-recording"], format="onsite", place="清澄白河 1-2-3")
    factories.make_registration(event, aki) if kind == "seat" else offer_seat(event, aki)
    first = revision(client, path)
    plan = queries.plan_of(event)
    new = {name: getattr(plan, name) + value for name, value in change.items() if isinstance(value, timedelta)}
    new = {**change, **new}
    time_machine.move_to(start + timedelta(minutes=5), tick=False)
    cache.clear()
    change_event(event_id=event.pk, by=event.host, plan=replace(plan, **new), seen_version=1, now=timezone.now())

    later = revision(client, path)

    assert later[0] > first[0]
    assert later[1:] == (start + timedelta(minutes=5),) * 2
    cache.clear()
    time_machine.move_to(start + timedelta(minutes=6), tick=False)
    assert revision(client, path) == later, "asking again changes nothing"


def test_new_words_that_no_calendar_shows_are_no_new_revision(aki, client, path):
    event = factories.make_event(promises=["no-recording"])
    factories.make_registration(event, aki)
    first = revision(client, path)
    plan = replace(queries.plan_of(event), description="となりの業界の人と、ゆっくり話します。")
    change_event(event_id=event.pk, by=event.host, plan=plan, seen_version=1, now=timezone.now())
    cache.clear()

    assert revision(client, path) == first


def test_after_a_restore_a_change_outranks_what_went_out_since_the_copy(aki, client, path, time_machine):
    start = timezone.now()
    event = factories.make_event()
    seat = factories.make_registration(event, aki)
    copy = (event.calendar_sequence, event.calendar_changed_at)
    for day in (1, 2, 3):
        event.note_calendar_change(start + timedelta(days=day))
    event.save()
    sent = revision(client, path)[0]
    event.calendar_sequence, event.calendar_changed_at = copy  # as the copy had it

    event.note_calendar_change(start + timedelta(days=3, minutes=1))
    event.save()
    cache.clear()

    assert revision(client, path)[0] > sent
    assert seat.calendar_sequence == 0
