"""A host sees the page of an event with the eyes of others."""

from __future__ import annotations

from dataclasses import fields

import pytest
from django.urls import reverse
from django.utils import timezone

from events.hosting.flows.event import plan_event
from events.hosting.pages import preview_page
from events.models import Condition, Event
from tests.events.plans import make_plan
from tests.factories import make_account, make_co_host, make_event, make_member, make_registration


@pytest.fixture
def draft(ren) -> Event:
    conditions = (("industry", ("E",)),)
    return plan_event(by=ren, plan=make_plan(timezone.now(), conditions=conditions), now=timezone.now())


def look(client, event, who):
    return client.get(reverse("events:preview", args=[event.pk, who]))


def test_a_first_timer_who_matches_may_register(draft, ren, signed_in):
    page = look(signed_in(ren), draft, "first-timer")
    html = page.content.decode()
    assert (page.status_code, page.context["page"].can_register, "参加できます" in html) == (200, True, True)
    assert "はじめての方に見えるページです" in html
    assert reverse("events:register", args=[draft.pk]) not in html  # nobody registers from a preview
    assert reverse("feedback:report_event", args=[draft.pk]) not in html  # nor reports an event of their own
    assert "あなたが進行する会です" not in html
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_who_does_not_match_reads_the_reason(draft, ren, signed_in):
    page = look(signed_in(ren), draft, "not-matching")
    html = page.content.decode()
    assert (page.context["page"].can_register, "を対象にしています" in html) == (False, True)
    assert "条件に合わない方に見えるページです" in html


def test_the_unpaid_see_what_members_get_and_nothing_of_the_event(draft, ren, signed_in):
    mine = look(signed_in(ren), draft, "unpaid").content.decode()
    draft.state, draft.published_at = "published", timezone.now()
    draft.save(update_fields=["state", "published_at"])
    theirs = signed_in(make_account("ゆう")).get(draft.get_absolute_url()).content.decode()
    for html in (mine, theirs):
        assert "ここから先は、" in html
        assert "会費とお支払いを見る" in html
        assert draft.description not in html
    assert "お支払いでない方に見えるページです" in mine


@pytest.mark.parametrize(
    ("kind", "values"), [("industry", ["E"]), ("theme", ["growth-stall"]), ("first-timer", []), ("invited", [])]
)
def test_there_is_a_stranger_for_each_condition(ren, signed_in, kind, values):
    event = make_event(ren)
    Condition.objects.create(event=event, kind=kind, values=values)
    page = look(signed_in(ren), event, "not-matching")
    assert page.context["page"].mine.refusal is not None
    assert "remark" not in page.context["preview"]


def test_where_everybody_may_come_nobody_does_not_match(ren, signed_in):
    page = look(signed_in(ren), make_event(ren), "not-matching")
    assert "合わない方はいません" in page.content.decode()
    assert page.context["page"].can_register


def test_a_member_sees_the_same_page(ren, signed_in):
    """What the preview claims is what a first-timer's own page says."""
    event = make_event(ren, capacity=4)
    for _ in range(4):
        make_registration(event, make_member(industry="E"))
    make_registration(event, state="waiting")
    newcomer = make_member("はじめ")

    real = signed_in(newcomer).get(event.get_absolute_url()).context["page"]
    _shown, previewed = preview_page(event, ren, None, now=timezone.now())

    differing = {field.name for field in fields(real) if getattr(real, field.name) != getattr(previewed, field.name)}
    assert differing == set()
    assert previewed.must_wait


def test_an_unknown_onlooker_and_a_past_event_are_not_found(ren, signed_in):
    assert look(signed_in(ren), make_event(ren), "moderator").status_code == 404
    assert look(signed_in(ren), make_event(ren, state="closed"), "unpaid").status_code == 404


@pytest.mark.parametrize("who", ["host", "co-host"])
def test_a_preview_tells_no_wishes_before_the_page_itself_does(ren, aki, signed_in, who):
    """Whoever sees the names at the desk reads them once registration has closed, through no other eyes before."""
    event = make_event(ren, capacity=20)
    for number in range(3):
        make_registration(event, make_member(), wants_to_talk=f"ひみつの話{number}")
    make_co_host(event, aki, right="everything")
    page = look(signed_in({"host": ren, "co-host": aki}[who]), event, "first-timer")
    assert (page.status_code, page.context["page"].who.topics) == (200, [])
