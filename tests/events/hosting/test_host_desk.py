"""What a host sees of an event, from the first registration to the end."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.groups.flows.grouping import draw_groups
from events.models import Attendance, Offer
from members.models import AuditEntry
from tests.factories import make_event, make_member, make_registration


def desk(event):
    return reverse("events:desk", args=[event.pk])


def test_it_shows_who_comes_who_is_asked_and_who_waits_in_order(ren, signed_in):
    now = timezone.now()
    event = make_event(ren)
    seated = make_registration(event, make_member("さくら", industry="P"), is_first_timer=True)
    asked = make_registration(event, make_member("つばさ"), state="offered")
    offer = Offer.objects.create(registration=asked, made_at=now, expires_at=now + timedelta(hours=24))
    late = make_registration(event, make_member("のぞみ"), state="waiting", queue_number=9)
    first = make_registration(event, make_member("ひかり"), state="waiting", queue_number=7)
    make_registration(event, make_member("こだま"), state="withdrawn", queue_number=8)

    answer = signed_in(ren).get(desk(event))

    page, html = answer.context["page"], answer.content.decode()
    assert (page.people, page.offers, page.line) == ([seated], [offer], [first, late])
    assert "こだま" not in html
    assert seated.member.email not in html
    assert all(word in html for word in ("さくら", "医療・福祉", "はじめて", "つばさ", "ひかり", "のぞみ"))


def test_the_buttons_appear_when_the_room_opens(ren, signed_in):
    event = make_event(ren, starts_at=timezone.now() + timedelta(minutes=31))
    make_registration(event)
    host, check_in = signed_in(ren), reverse("events:check_in", args=[event.pk])
    assert check_in not in host.get(desk(event)).content.decode()
    event.starts_at -= timedelta(minutes=2)
    event.save(update_fields=["starts_at"])
    assert check_in in host.get(desk(event)).content.decode()


def test_who_joined_by_themselves_is_ticked_already(ren, signed_in):
    event = make_event(ren, starts_at=timezone.now())
    here, away = make_registration(event), make_registration(event)
    Attendance.objects.create(
        registration=here, presence="present", recorded_at=timezone.now(), recorded_by=here.member
    )
    page = signed_in(ren).get(desk(event)).context["page"]
    assert {one.pk: one.presence for one in page.people} == {here.pk: "present", away.pk: ""}
    assert (page.present, page.excused, page.unknown) == (1, 0, 1)


def test_it_is_for_its_host_and_the_owner(ren, sora, mio, kai, yu, signed_in):
    event = make_event(ren)
    other = make_member("ほかの進行役", roles=("host",))
    found = {person: signed_in(person).get(desk(event)).status_code for person in (ren, sora, mio, kai, yu, other)}
    assert found == {ren: 200, sora: 200, mio: 404, kai: 404, yu: 404, other: 404}
    assert signed_in(ren).get(f"/hosting/{2**70}/").status_code == 404


def test_it_asks_the_same_few_questions_for_any_number(ren, signed_in, django_assert_max_num_queries):
    event = make_event(ren, capacity=60)
    host = signed_in(ren)

    def fill(count):
        for _ in range(count):
            make_registration(event)
            make_registration(event, state="waiting")

    fill(1)
    with django_assert_max_num_queries(10) as one:
        host.get(desk(event))
    fill(29)
    with django_assert_max_num_queries(10) as thirty:
        host.get(desk(event))
    assert len(one) == len(thirty)


def test_no_page_of_the_evening_holds_the_number_of_a_row(ren, signed_in):
    """Who runs an evening knows its people by name, and not how many members and registrations the site has."""
    event = make_event(ren, starts_at=timezone.now())
    for number in range(6):
        registration = make_registration(event, make_member(f"ひと{number}"))
        if number < 5:
            Attendance.objects.create(registration=registration, presence="present", recorded_at=timezone.now())
    draw_groups(event_id=event.pk, by=ren, now=timezone.now(), seed=1)
    host = signed_in(ren)
    for address in (desk(event), reverse("events:groups", args=[event.pk])):
        marks = re.findall(
            r'(?:value|id|for|form|data-drop|data-member|data-mover|aria-labelledby)="([^"]+)"', host.get(address).text
        )
        assert [mark for mark in marks if re.fullmatch(r"([a-z]+-)*[0-9]+", mark)] == []


@pytest.mark.parametrize("page", ["desk", "edit", "groups", "co_hosts"])
def test_who_asks_for_the_desk_of_another_host_leaves_a_line(ren, signed_in, page):
    event = make_event()

    assert signed_in(ren).get(reverse(f"events:{page}", args=[event.pk])).status_code == 404

    line = AuditEntry.objects.get(verb="refuse-page")
    assert (line.by, line.why) == (ren, "hosting")
