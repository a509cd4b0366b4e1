"""Rooms: who is led where, and that neither a link passed on nor a guessed room lets anybody in."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.urls import reverse
from django.utils import timezone

from events.event.choices import EventState, VideoRoomKind
from events.models import Attendance, Event, Group, Round, Seat
from events.registration.choices import Presence
from events.registration.flows.registration import withdraw
from kouryu.env import Jitsi
from tests import factories

SECRET = "a-secret-that-only-jitsi-and-we-know-0123"  # as long as its hash
OPEN = Jitsi("https://meet.example.jp", "", "")
SIGNED = Jitsi("https://meet.example.jp", "kouryu", SECRET)


@pytest.fixture
def event(ren, settings) -> Event:
    settings.JITSI = OPEN
    soon = timezone.now() + timedelta(minutes=10)
    return factories.make_event(ren, starts_at=soon, room_kind=VideoRoomKind.GROUPS, room_url="")


@pytest.fixture
def groups(event, aki, mio) -> list[Group]:
    """aki and mio are there and sit in two groups of a round that was shown."""
    drawn = Round.objects.create(event=event, number=1, drawn_at=timezone.now(), published_at=timezone.now())
    made = []
    for number, member in enumerate((aki, mio), 1):
        seat = factories.make_registration(event, member)
        Attendance.objects.create(registration=seat, presence=Presence.PRESENT, recorded_at=timezone.now())
        made.append(Group.objects.create(round=drawn, number=number))
        Seat.objects.create(round=drawn, group=made[-1], member=member)
    return made


def enter(event: Event, group: Group | None = None) -> str:
    return (
        reverse("events:enter_group", args=[event.pk, group.pk]) if group else reverse("events:enter", args=[event.pk])
    )


def lead(event: Event, group: Group | None = None) -> str:
    return reverse("events:lead_group", args=[event.pk, group.pk]) if group else reverse("events:lead", args=[event.pk])


def token_in(address: str) -> dict:
    (token,) = parse_qs(urlsplit(address).query)["jwt"]
    return jwt.decode(token, SECRET, algorithms=["HS256"], audience="jitsi", issuer="kouryu")


def test_each_group_has_a_room_of_its_own_that_nobody_guesses(event, groups, aki, mio, signed_in):
    mine, common = (signed_in(aki).get(enter(event, group)).url for group in (groups[0], None))
    theirs = signed_in(mio).get(enter(event, groups[1])).url
    names = {urlsplit(address).path.removeprefix("/kouryu-") for address in (mine, common, theirs)}
    assert {len(name) for name in names} == {26}
    assert len(names) == 3
    assert mine == signed_in(aki).get(enter(event, groups[0])).url


def test_another_groups_room_does_not_exist(event, groups, aki, signed_in):
    assert signed_in(aki).get(enter(event, groups[1])).status_code == 404
    assert signed_in(aki).get(reverse("events:enter_group", args=[event.pk, 10**6])).status_code == 404


def test_a_link_passed_on_lets_nobody_in(event, groups, ren, kai, client, signed_in):
    stranger = factories.make_member()
    for address in (enter(event), enter(event, groups[0])):
        assert [signed_in(one).get(address).status_code for one in (stranger, ren, kai)] == [404] * 3
        assert "/accounts/login/" in client.get(address).url


def test_no_page_holds_the_address_of_a_room(event, groups, aki, ren, signed_in, settings):
    settings.JITSI = SIGNED
    pages = [
        signed_in(aki).get(reverse("events:room", args=[event.pk])),
        signed_in(aki).get(event.get_absolute_url()),
        signed_in(ren).get(reverse("events:rooms", args=[event.pk])),
    ]
    assert [page.status_code for page in pages] == [200] * 3
    assert ["meet.example.jp" in page.content.decode() for page in pages] == [False] * 3
    assert enter(event, groups[0]) in pages[0].content.decode()
    assert enter(event, groups[1]) not in pages[0].content.decode()
    assert lead(event, groups[1]) in pages[2].content.decode()


def test_who_gave_the_seat_back_meanwhile_is_not_led_on(event, groups, aki, signed_in):
    browser = signed_in(aki)
    assert browser.get(enter(event)).status_code == 302
    withdraw(member=aki, event_id=event.pk, now=timezone.now())
    assert [browser.get(address).status_code for address in (enter(event), enter(event, groups[0]))] == [404, 404]


def test_who_did_not_press_the_button_finds_it_first_and_is_recorded_by_nothing_else(event, groups, aki, signed_in):
    Attendance.objects.all().delete()
    for method in ("get", "head"):
        getattr(signed_in(aki), method)(enter(event, groups[0]))
    answer = signed_in(aki).get(enter(event))
    assert (answer.status_code, answer.url) == (302, reverse("events:room", args=[event.pk]))
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("changes", [{"published_at": None}, {"over": True}], ids=["not shown yet", "over"])
def test_a_groups_room_is_open_while_its_round_is(event, groups, aki, signed_in, changes):
    now = timezone.now()
    if "over" in changes:
        Round.objects.update(started_at=now - timedelta(minutes=20), ends_at=now)
    else:
        Round.objects.update(**changes)
    assert signed_in(aki).get(enter(event, groups[0])).status_code == 404
    assert signed_in(aki).get(enter(event)).status_code == 302


def test_a_changed_room_is_found_at_the_next_click(event, groups, aki, signed_in):
    browser = signed_in(aki)
    Event.objects.update(room_kind=VideoRoomKind.SHARED, room_url="https://one.example.jp/a")
    assert browser.get(enter(event)).context["address"] == "https://one.example.jp/a"
    Event.objects.update(room_url="https://two.example.jp/b")
    assert browser.get(enter(event)).context["address"] == "https://two.example.jp/b"
    assert browser.get(enter(event, groups[0])).status_code == 404


def test_a_token_names_the_called_name_and_nothing_else(event, groups, aki, signed_in, settings):
    settings.JITSI = SIGNED
    address = signed_in(aki).get(enter(event, groups[0])).url
    claims = token_in(address)
    user = claims["context"]["user"]
    assert claims["room"] == urlsplit(address).path[1:]
    assert (user["name"], user["moderator"], user["affiliation"], claims["moderator"]) == (
        "あき",
        False,
        "member",
        False,
    )
    assert set(user) == {"id", "name", "moderator", "affiliation"}
    assert aki.email not in str(claims)
    left = claims["exp"] - timezone.now().timestamp()
    assert 200 < left <= 300


def test_whoever_leads_is_moderator_until_the_event_is_over(event, groups, ren, signed_in, settings):
    settings.JITSI = SIGNED
    helper = factories.make_co_host(event, member=factories.make_member("てつだい"), right="groups").member
    for member in (ren, helper):
        claims = token_in(signed_in(member).get(lead(event, groups[1])).url)
        assert claims["context"]["user"]["moderator"] is True
    Event.objects.update(state=EventState.CLOSED)
    assert signed_in(ren).get(lead(event)).status_code == 409
    assert signed_in(helper).get(lead(event)).status_code == 404


def test_without_a_jitsi_of_ours_the_room_is_what_the_host_wrote(event, groups, aki, signed_in, settings):
    settings.JITSI = None
    assert signed_in(aki).get(enter(event)).url == reverse("events:room", args=[event.pk])
    assert signed_in(aki).get(enter(event, groups[0])).status_code == 404
    assert "準備しています" in signed_in(aki).get(reverse("events:room", args=[event.pk])).content.decode()


def test_the_page_says_which_name_to_give(event, groups, aki, signed_in):
    assert (
        "呼び名の「あき」を入れてください"
        in signed_in(aki).get(reverse("events:room", args=[event.pk])).content.decode()
    )
