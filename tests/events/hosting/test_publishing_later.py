"""A draft publishes itself at the moment that its host chose."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime

from events.event.rules.event import EventFacts, NoHosting, why_not_publish_at
from events.hosting.flows.event import plan_event
from events.hosting.flows.publishing import publish_due_events, publish_later
from events.models import Event
from kouryu.refusal import Refused
from members.models import AuditEntry, OutgoingMail
from tests.events.plans import make_plan
from tests.factories import make_event

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
DRAFT = EventFacts("draft", NOW + timedelta(days=7))
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("facts", "at", "reason"),
    [
        pytest.param(DRAFT, NOW + HOUR, None, id="ahead"),
        pytest.param(DRAFT, NOW, NoHosting.PUBLISH_IN_THE_PAST, id="now is past"),
        pytest.param(DRAFT, NOW + timedelta(days=7), NoHosting.PUBLISH_TOO_LATE, id="as registration closes"),
        pytest.param(DRAFT, NOW + timedelta(days=7) - HOUR, None, id="an hour to register"),
        pytest.param(replace(DRAFT, state="published"), NOW + HOUR, NoHosting.NOT_A_DRAFT, id="published"),
        pytest.param(replace(DRAFT, state="called-off"), NOW + HOUR, NoHosting.NOT_A_DRAFT, id="dropped"),
    ],
)
def test_why_not_publish_at(facts, at, reason):
    assert why_not_publish_at(at, make_plan(NOW), facts, now=NOW) == reason


@pytest.fixture
def draft(ren) -> Event:
    return plan_event(by=ren, plan=make_plan(timezone.now()), now=timezone.now())


def wait(draft, at, ren):
    return publish_later(event_id=draft.pk, at=at, by=ren, now=timezone.now())


def test_it_is_published_when_its_moment_has_come_and_not_before(draft, ren, aki):
    at = timezone.now() + HOUR
    wait(draft, at, ren)

    assert publish_due_events(now=at - timedelta(seconds=1)) == 0
    assert not Event.objects.visible_to(aki).exists()
    assert [publish_due_events(now=at) for _ in range(2)] == [1, 0]

    draft.refresh_from_db()
    assert (draft.state, draft.published_at, draft.publish_at) == ("published", at, None)
    assert list(Event.objects.visible_to(aki)) == [draft]
    assert list(AuditEntry.objects.filter(verb="event.publish").order_by("pk").values_list("by", flat=True)) == [None]
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param({"room_url": ""}, "部屋のURLがまだありません。", id="no room"),
        pytest.param({"format": "onsite"}, "会場がまだありません。", id="no place"),
        pytest.param({"promises": []}, "会の約束がひとつもありません。", id="no promise"),
        pytest.param({"registration_closes_at": NOW}, "始まる日時か締切が過ぎています。", id="too late"),
        pytest.param({"capacity": 3}, "会の内容に、確かめていただきたいところがあります。", id="faulty"),
    ],
)
def test_what_cannot_be_published_stays_and_its_host_is_told_once(draft, ren, change, why):
    at = timezone.now() + HOUR
    wait(draft, at, ren)
    Event.objects.filter(pk=draft.pk).update(**change)

    for _ in range(2):
        publish_due_events(now=at)

    draft.refresh_from_db()
    mail = OutgoingMail.objects.get()
    assert (draft.state, draft.publish_at, mail.to) == ("draft", None, ren)
    assert why in mail.text
    assert why in mail.html
    assert reverse("events:desk", args=[draft.pk]) in mail.text


def test_a_second_try_has_a_mail_of_its_own(draft, ren):
    Event.objects.filter(pk=draft.pk).update(room_url="")
    for hours in (1, 2):
        at = timezone.now() + hours * HOUR
        wait(draft, at, ren)
        publish_due_events(now=at)
    assert OutgoingMail.objects.count() == 2


@pytest.mark.parametrize("state", ["called-off", "published"])
def test_what_is_no_draft_any_more_is_left_alone(draft, ren, state):
    at = timezone.now() + HOUR
    wait(draft, at, ren)
    Event.objects.filter(pk=draft.pk).update(state=state)
    assert publish_due_events(now=at) == 0
    draft.refresh_from_db()
    assert (draft.state, draft.published_at) == (state, None)


def test_the_host_chooses_and_changes_their_mind(draft, ren, signed_in):
    host, address = signed_in(ren), reverse("events:publish_later", args=[draft.pk])
    at = localtime(timezone.now() + timedelta(days=2)).replace(second=0, microsecond=0)

    host.post(address, {"publish_at": at.strftime("%Y-%m-%dT%H:%M")})
    draft.refresh_from_db()
    assert draft.publish_at == at
    assert "に、自動で公開します" in host.get(reverse("events:desk", args=[draft.pk])).content.decode()
    assert "に公開" in host.get(reverse("events:hosting")).content.decode()

    for _ in range(2):
        host.post(address, {"stop": "1"})
    draft.refresh_from_db()
    assert draft.publish_at is None


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("", id="nothing"),
        pytest.param("あした", id="no date"),
        pytest.param("2020-01-01T20:00", id="the past"),
        pytest.param("9999-12-31T23:59", id="the last day"),
        pytest.param("0001-01-01T00:00", id="the first day"),
        pytest.param("2027-01-01T20:00\x00", id="NUL"),
    ],
)
def test_a_moment_that_cannot_be_is_told_at_its_field(draft, ren, signed_in, typed):
    page = signed_in(ren).post(reverse("events:publish_later", args=[draft.pk]), {"publish_at": typed})
    draft.refresh_from_db()
    assert (page.status_code, set(page.context["form"].errors), draft.publish_at) == (422, {"publish_at"}, None)


def test_what_is_published_waits_for_nothing(ren, signed_in):
    event = make_event(ren)
    with pytest.raises(Refused):
        wait(event, timezone.now() + HOUR, ren)
    answer = signed_in(ren).post(reverse("events:publish_later", args=[event.pk]), {"publish_at": "2027-01-01T20:00"})
    assert (answer.status_code, "公開できません" in answer.content.decode()) == (409, True)
