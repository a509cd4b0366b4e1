"""The evening of the demo that its host can start at once, and what the demo adds to the pages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from demo import staff_app
from demo.models import Playable
from demo.playable import start_now
from demo.site import settings as of_the_demo
from members.models import OutgoingMail
from tests import factories

PASSWORD = "窓ぎわの席で本をひらく午後の三時"


@pytest.fixture
def demo_site(settings) -> None:
    """The pages as a demo shows them."""
    settings.ROOT_URLCONF = of_the_demo.ROOT_URLCONF
    settings.TEMPLATES = of_the_demo.TEMPLATES


@pytest.fixture
def playable(ren):
    event = factories.make_event(ren)
    Playable.objects.create(event=event)
    return event


def test_playable_evening_starts_now_and_keeps_its_length(ren, aki, playable):
    factories.make_registration(playable, aki)
    now = timezone.now()
    start_now(event_id=playable.pk, by=ren, now=now)
    playable.refresh_from_db()
    assert (playable.starts_at, playable.ends_at) == (now, now + timedelta(minutes=60))
    assert [mail.to for mail in OutgoingMail.objects.all()] == [aki]


@pytest.mark.parametrize("page", ["mfa_authenticate", "mfa_reauthenticate"])
def test_the_bar_shows_the_code_that_the_app_of_the_staff_shows(demo_site, ren, client, settings, page):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    ren.set_password(PASSWORD)
    ren.save(update_fields=["password"])
    EmailAddress.objects.create(user=ren, email=ren.email, primary=True, verified=True)
    staff_app.give_to(ren, now=timezone.now())
    if page == "mfa_reauthenticate":
        client.force_login(ren, backend="members.entrance.backend.MemberBackend")
    else:
        client.post(reverse("account_login"), {"login": ren.email, "password": PASSWORD})
    code = re.search(r"<b>(\d{6})</b>", client.get(reverse(page)).content.decode())[1]
    client.post(reverse(page), {"code": code})
    assert client.get(reverse("events:hosting")).status_code == 200


def test_no_page_without_the_question_shows_a_code(demo_site, client):
    assert not re.search(r"<b>\d{6}</b>", client.get(reverse("account_login")).content.decode())


def test_second_click_changes_nothing(ren, playable):
    now = timezone.now()
    start_now(event_id=playable.pk, by=ren, now=now)
    start_now(event_id=playable.pk, by=ren, now=now + timedelta(minutes=5))
    playable.refresh_from_db()
    assert playable.starts_at == now


def test_ordinary_evening_stays_where_it_is(ren):
    event = factories.make_event(ren)
    start_now(event_id=event.pk, by=ren, now=timezone.now())
    before = event.starts_at
    event.refresh_from_db()
    assert event.starts_at == before


def test_the_host_finds_the_button_and_presses_it(demo_site, ren, signed_in, playable):
    client, desk = signed_in(ren), reverse("events:desk", args=[playable.pk])
    assert "いま始める" in client.get(desk).content.decode()
    assert client.post(reverse("start_now", args=[playable.pk])).url == desk
    playable.refresh_from_db()
    assert playable.starts_at <= timezone.now()
    assert "いま始める" not in client.get(desk).content.decode()


def test_members_read_that_the_evening_can_be_started(demo_site, aki, signed_in, playable):
    client = signed_in(aki)
    page = client.get(reverse("events:event", args=[playable.pk])).content.decode()
    assert "待たずに始まります" in page
    assert "これはデモです" in page
    assert reverse("start_now", args=[playable.pk]) not in page
    assert client.post(reverse("start_now", args=[playable.pk])).status_code in {403, 404}


def test_an_ordinary_evening_has_no_button(demo_site, ren, signed_in):
    event = factories.make_event(ren)
    client = signed_in(ren)
    assert "いま始める" not in client.get(reverse("events:desk", args=[event.pk])).content.decode()
    assert client.post(reverse("start_now", args=[event.pk])).status_code == 404


def test_visitors_and_lost_readers_see_the_bar(demo_site, db, client):
    assert "これはデモです" in client.get("/").content.decode()
    assert "これはデモです" in client.get("/nowhere/").content.decode()


def test_a_site_that_is_no_demo_has_neither_bar_nor_button(ren, signed_in, playable):
    client = signed_in(ren)
    assert "デモ" not in client.get(reverse("events:desk", args=[playable.pk])).content.decode()
    with pytest.raises(NoReverseMatch):
        reverse("start_now", args=[playable.pk])
