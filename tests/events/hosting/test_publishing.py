"""A draft is shown to the members."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.event.rules.event import EventFacts, Item, NoHosting, why_not_publish
from events.hosting.flows.event import plan_event
from events.models import Event
from members.models import AuditEntry
from tests.events.plans import make_plan
from tests.factories import make_event, make_member

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
DRAFT = EventFacts("draft", NOW + timedelta(days=7))


@pytest.mark.parametrize(
    ("facts", "change", "reason"),
    [
        pytest.param(DRAFT, {}, None, id="ready"),
        pytest.param(replace(DRAFT, state="published"), {}, NoHosting.NOT_A_DRAFT, id="published"),
        pytest.param(replace(DRAFT, state="called-off"), {}, NoHosting.NOT_A_DRAFT, id="called off"),
        pytest.param(DRAFT, {"starts_at": NOW}, NoHosting.DATE_PASSED, id="starts now"),
        pytest.param(DRAFT, {"registration_closes_at": NOW}, NoHosting.DATE_PASSED, id="registration is over"),
        pytest.param(DRAFT, {"room_url": ""}, NoHosting.NO_ROOM, id="online without a room"),
        pytest.param(DRAFT, {"format": "onsite"}, NoHosting.NO_PLACE, id="on site without a place"),
        pytest.param(DRAFT, {"format": "onsite", "place": "神田", "room_url": ""}, None, id="on site needs no room"),
        pytest.param(DRAFT, {"promises": ()}, NoHosting.NO_PROMISE, id="no promise"),
        pytest.param(DRAFT, {"run_sheet": (Item(60, "聞く"),)}, NoHosting.NO_TALK, id="nothing to talk in"),
        pytest.param(DRAFT, {"minutes": 61}, NoHosting.PLAN_FAULTY, id="faulty"),
    ],
)
def test_why_not_publish(facts, change, reason):
    assert why_not_publish(make_plan(NOW, **change), facts, now=NOW) == reason


@pytest.fixture
def draft(ren) -> Event:
    return plan_event(by=ren, plan=make_plan(timezone.now()), now=timezone.now())


def test_a_draft_is_previewed_then_published_once(draft, ren, aki, signed_in):
    host, page = signed_in(ren), reverse("events:desk", args=[draft.pk])
    assert draft.title in host.get(page).content.decode()
    assert not Event.objects.visible_to(aki).exists()

    answers = [host.post(reverse("events:publish", args=[draft.pk])) for _ in range(2)]

    draft.refresh_from_db()
    assert [answer.url for answer in answers] == [page, page]
    assert (draft.state, list(Event.objects.visible_to(aki))) == ("published", [draft])
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == ["event.plan", "event.publish"]


def test_what_is_missing_is_said_on_the_preview_and_by_the_act(ren, signed_in):
    draft = plan_event(by=ren, plan=make_plan(timezone.now(), room_url=""), now=timezone.now())
    host = signed_in(ren)
    preview = host.get(reverse("events:desk", args=[draft.pk]))
    refused = host.post(reverse("events:publish", args=[draft.pk]))
    assert "部屋のURLがまだありません" in preview.content.decode()
    assert reverse("events:publish", args=[draft.pk]) not in preview.content.decode()
    assert (refused.status_code, "部屋のURLがまだありません" in refused.content.decode()) == (409, True)


def test_publishing_is_for_its_host_and_by_post_only(draft, ren, mio, sora, signed_in):
    other = make_member("ほかの進行役", roles=("host",))
    address = reverse("events:publish", args=[draft.pk])
    assert signed_in(mio).post(address).status_code == 404
    assert signed_in(other).post(address).status_code == 404
    assert signed_in(ren).get(address).status_code == 405
    assert signed_in(sora).post(address).status_code == 302


def test_the_list_of_events_asks_the_same_few_questions_for_any_number(ren, signed_in, django_assert_max_num_queries):
    host, address = signed_in(ren), reverse("events:hosting")
    make_event(ren)
    with django_assert_max_num_queries(10) as one:
        host.get(address)
    for _ in range(29):
        make_event(ren)
    with django_assert_max_num_queries(10) as thirty:
        host.get(address)
    assert len(one) == len(thirty)
