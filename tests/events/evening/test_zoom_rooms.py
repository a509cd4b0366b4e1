"""The file that Zoom imports: only those who agreed, only for staff, and noted each time."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from events.models import Event, Group, Round, Seat
from kouryu.references import reference_to
from members.models import AuditEntry, Suspension
from tests import factories


@pytest.fixture
def event(ren) -> Event:
    return factories.make_event(ren)


@pytest.fixture
def drawn(event, aki, mio) -> Round:
    """aki agreed and sits in group 1, mio did not and sits in group 2 with tomo, who did."""
    tomo = factories.make_member("とも")
    drawn = Round.objects.create(event=event, number=1, drawn_at=timezone.now())
    for number, members in enumerate(([aki], [mio, tomo]), 1):
        group = Group.objects.create(round=drawn, number=number)
        for member in members:
            Seat.objects.create(round=drawn, group=group, member=member)
        for member in members:
            factories.make_registration(event, member)
    for member in (aki, tomo):
        member.shares_address = True
        member.save(update_fields=["shares_address"])
    return drawn


def file_of(browser, event: Event, drawn: Round):
    return browser.post(reverse("events:zoom_rooms", args=[event.pk]), {"round": reference_to("round", drawn.pk)})


def test_the_file_holds_those_who_agreed_as_zoom_reads_it(event, drawn, aki, ren, signed_in):
    tomo = drawn.seats.order_by("-pk")[0].member
    answer = file_of(signed_in(ren), event, drawn)
    assert answer.content.decode() == (
        f"Pre-assign Room Name,Email Address\r\nGroup 1,{aki.email}\r\nGroup 2,{tomo.email}\r\n"
    )
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="zoom-{event.pk}-1.csv"'


def test_each_export_is_noted_without_an_address(event, drawn, ren, signed_in):
    for _ in range(2):
        file_of(signed_in(ren), event, drawn)
    lines = list(AuditEntry.objects.order_by("pk").values_list("verb", "by", "object_id", "fields"))
    assert lines == [("groups.export", ren.pk, drawn.pk, ["email"])] * 2


def test_the_page_says_how_many_are_left_out(event, drawn, ren, signed_in):
    page = signed_in(ren).get(reverse("events:rooms", args=[event.pk])).content.decode()
    assert "2人が入ります。入らない方は1人で" in page
    assert "@example.jp" not in page


def test_who_takes_the_consent_back_is_in_no_later_file(event, drawn, aki, ren, signed_in):
    settings = {"language": "ja", "theme": "auto", "wanted_mail": []}
    signed_in(aki).post(reverse("members:settings"), settings)
    assert aki.email not in file_of(signed_in(ren), event, drawn).content.decode()
    signed_in(aki).post(reverse("members:settings"), {**settings, "shares_address": "on"})
    assert aki.email in file_of(signed_in(ren), event, drawn).content.decode()


def test_who_gave_the_seat_back_or_was_suspended_since_is_in_no_later_file(event, drawn, aki, ren, signed_in):
    tomo, now = drawn.seats.order_by("-pk")[0].member, timezone.now()
    Suspension.objects.create(member=tomo, starts_at=now, reason="勧誘")
    signed_in(aki).post(reverse("events:withdraw", args=[event.pk]))
    host = signed_in(ren)
    assert file_of(host, event, drawn).content.decode() == "Pre-assign Room Name,Email Address\r\n"
    assert "0人が入ります。入らない方は1人で" in host.get(reverse("events:rooms", args=[event.pk])).content.decode()


def test_nobody_has_agreed_who_was_not_asked(aki):
    assert aki.shares_address is False


@pytest.mark.parametrize("right", ["groups", "everything"])
def test_a_co_host_gets_no_addresses(event, drawn, mio, signed_in, right):
    factories.make_co_host(event, member=mio, right=right)
    browser = signed_in(mio)
    assert file_of(browser, event, drawn).status_code == 404
    assert "Zoom" not in browser.get(reverse("events:rooms", args=[event.pk])).content.decode()
    assert not AuditEntry.objects.filter(verb="groups.export").exists()


def test_another_hosts_event_and_another_events_round_do_not_exist(event, drawn, ren, signed_in):
    other = factories.make_event()
    assert file_of(signed_in(other.host), event, drawn).status_code == 404
    own = factories.make_event(ren)
    assert file_of(signed_in(ren), own, drawn).status_code == 404


@pytest.mark.parametrize("sent", ["", "x", "1" * 30])
def test_what_no_button_sends_is_a_bad_request(event, drawn, ren, signed_in, sent):
    answer = signed_in(ren).post(reverse("events:zoom_rooms", args=[event.pk]), {"round": sent})
    assert answer.status_code == 400


def test_an_address_that_a_spreadsheet_would_run_is_left_out(event, drawn, aki, ren, signed_in):
    aki.email = "=cmd@example.jp"
    aki.save(update_fields=["email"])
    assert "cmd" not in file_of(signed_in(ren), event, drawn).content.decode()
