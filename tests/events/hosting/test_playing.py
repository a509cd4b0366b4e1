"""The demo's evening that its host can start at once."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from events.hosting.flows.playing import start_now
from members.models import OutgoingMail
from tests import factories


def test_playable_evening_starts_now_and_keeps_its_length(ren, aki):
    event = factories.make_event(ren, is_playable=True)
    factories.make_registration(event, aki)
    now = timezone.now()
    start_now(event_id=event.pk, by=ren, now=now)
    event.refresh_from_db()
    assert (event.starts_at, event.ends_at) == (now, now + timedelta(minutes=60))
    assert [mail.to for mail in OutgoingMail.objects.all()] == [aki]


def test_second_click_changes_nothing(ren):
    event = factories.make_event(ren, is_playable=True)
    now = timezone.now()
    start_now(event_id=event.pk, by=ren, now=now)
    start_now(event_id=event.pk, by=ren, now=now + timedelta(minutes=5))
    event.refresh_from_db()
    assert event.starts_at == now


def test_ordinary_evening_stays_where_it_is(ren):
    event = factories.make_event(ren)
    start_now(event_id=event.pk, by=ren, now=timezone.now())
    before = event.starts_at
    event.refresh_from_db()
    assert event.starts_at == before


def test_button_exists_in_the_demo_only(ren, signed_in, settings):
    event = factories.make_event(ren, is_playable=True)
    client, button = signed_in(ren), reverse("events:start_now", args=[event.pk])
    assert client.post(button).status_code == 404
    settings.DEMO = True
    assert button in client.get(reverse("events:desk", args=[event.pk])).content.decode()
    assert client.post(button).status_code == 302
