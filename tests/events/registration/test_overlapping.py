"""Two events at one time: one may wait in both, but sits in one; each sentence names both."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from events.models import Event
from events.registration.choices import RegistrationState
from events.registration.flows.registration import register
from events.registration.flows.waitlist import accept_offer, move_waiting_lists
from events.registration.rules.registration import NoRegistration
from events.registration.rules.waitlist import NoAnswer
from kouryu.refusal import Refused
from tests import factories

NOW = timezone.now()


@pytest.fixture
def two(db) -> tuple[Event, Event]:
    """Two full events at the same time."""
    events = [factories.make_event(now=NOW, capacity=2, title=title) for title in ("ひるの会", "よるの会")]
    for event in events:
        for _ in range(2):
            factories.make_registration(event)
    return events[0], events[1]


def test_a_member_may_wait_in_both_and_each_page_names_the_other(two, aki, signed_in):
    first, second = two
    client = signed_in(aki)
    register(member=aki, event_id=first.pk, now=NOW)
    for page in (second.get_absolute_url(), reverse("events:register", args=[second.pk])):
        text = client.get(page).content.decode()
        assert "同じ時間の「ひるの会」の席も待っています" in text
        assert "「よるの会」に席があるあいだは、「ひるの会」の席を受けられません" in text
    register(member=aki, event_id=second.pk, now=NOW)
    assert "「よるの会」の席も待っています" in client.get(first.get_absolute_url()).content.decode()


def test_of_two_offers_at_one_time_one_is_taken_and_the_other_says_why_not(two, aki, signed_in):
    first, second = two
    for event in two:
        register(member=aki, event_id=event.pk, now=NOW)
    Event.objects.update(capacity=3)
    assert move_waiting_lists(now=NOW) == 2
    client = signed_in(aki)
    assert "「よるの会」の席も待っています" in client.get(reverse("events:offer", args=[first.pk])).content.decode()
    accept_offer(member=aki, event_id=first.pk, now=NOW)
    with pytest.raises(Refused) as refused:
        accept_offer(member=aki, event_id=second.pk, now=NOW)
    assert refused.value.reason == NoAnswer.OVERLAPPING_SEAT
    answer = client.post(reverse("events:offer", args=[second.pk]), {"answer": "accept"})
    assert answer.status_code == 409
    for words in ("同じ時間に「ひるの会」の席があります", "「よるの会」に参加するときは"):
        assert words in answer.content.decode()


def test_nobody_joins_a_line_for_a_time_at_which_they_have_a_seat(two, aki):
    first, second = two
    factories.make_registration(first, aki, seat_number=3, queue_number=3)
    with pytest.raises(Refused) as refused:
        register(member=aki, event_id=second.pk, now=NOW)
    assert refused.value.reason == NoRegistration.OVERLAPPING_SEAT
    assert not second.registrations.filter(state=RegistrationState.WAITING).exists()
