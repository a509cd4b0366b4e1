"""A next step: deciding it, putting it off, settling it, and the links of its mail."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback.growth.choices import StepState
from feedback.growth.flows import step as flows
from feedback.growth.limits import STEPS
from feedback.growth.queries.step import PUT_OFF, link_of, link_token, people_met
from feedback.growth.rules.step import Day, NoStep, StepProposal, chosen_day, why_not_day, why_not_decide
from feedback.models import NextStep
from kouryu.refusal import Refused
from members.models import AuditEntry, Suspension
from members.standing.flows import block
from tests import factories

TODAY = date(2026, 1, 31)
A_DAY = timedelta(days=1)


# --- the rules


@pytest.mark.parametrize(
    ("day", "today", "on"),
    [
        (Day.TOMORROW, TODAY, date(2026, 2, 1)),
        (Day.NEXT_WEEK, TODAY, date(2026, 2, 7)),
        (Day.NEXT_MONTH, TODAY, date(2026, 2, 28)),
        (Day.NEXT_MONTH, date(2027, 12, 31), date(2028, 1, 31)),
        (Day.OWN, TODAY, date(2026, 5, 5)),
    ],
)
def test_the_date_behind_an_answer(day, today, on):
    assert chosen_day(day, date(2026, 5, 5), today) == on


@pytest.mark.parametrize(
    ("on", "reason"),
    [
        (None, NoStep.DAY_MISSING),
        (TODAY - A_DAY, NoStep.DAY_PAST),
        (TODAY, None),
        (TODAY + 366 * A_DAY, None),
        (TODAY + 367 * A_DAY, NoStep.DAY_FAR),
    ],
)
def test_days_from_today_to_a_year_ahead(on, reason):
    assert why_not_day(on, TODAY) == reason


GOOD = {"text": "聞いてみる", "when_where": "", "on": TODAY, "met_the_person": True, "open_steps": 0}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"text": ""}, NoStep.NO_WORDS),
        ({"text": "あ" * 200, "when_where": "い" * 100, "open_steps": 19}, None),
        ({"text": "あ" * 201}, NoStep.TOO_LONG),
        ({"when_where": "い" * 101}, NoStep.WHEN_WHERE_LONG),
        ({"on": TODAY - A_DAY}, NoStep.DAY_PAST),
        ({"met_the_person": False}, NoStep.NOT_MET),
        ({"open_steps": 20}, NoStep.ENOUGH_OPEN),
    ],
)
def test_what_is_kept(changes, reason):
    assert why_not_decide(StepProposal(**{**GOOD, **changes}), TODAY, most_open=20) == reason


# --- whom it may be for


@pytest.fixture
def evening(aki, mio):
    return factories.make_evening([[aki, mio]])


def test_people_met_are_those_of_my_groups_who_were_there(aki, mio, evening):
    away, elsewhere, left = factories.make_member(), factories.make_member(), factories.make_member()
    other = factories.make_evening([[aki, away, left], [elsewhere]])
    other.registrations.get(member=away).attendance.delete()
    left.is_active = False
    left.save(update_fields=["is_active"])
    assert set(people_met(aki)) == {mio, left}


@pytest.mark.parametrize("by_aki", [True, False])
def test_whom_one_blocks_is_no_longer_met_and_a_block_by_the_other_changes_nothing(aki, mio, evening, by_aki):
    one, other = (aki, mio) if by_aki else (mio, aki)
    step = factories.make_step(aki, person=mio)
    block(member=one, other_id=other.pk, now=timezone.now())
    assert set(people_met(aki)) == (set() if by_aki else {mio})
    with pytest.raises(Refused, match=NoStep.NOT_MET) if by_aki else nullcontext():
        flows.decide(by=aki, text="話す", on=timezone.localdate(), person_id=mio.pk, now=timezone.now())
    step.refresh_from_db()
    assert step.state == StepState.OPEN


# --- the flows


def test_the_same_step_twice_is_one(aki, mio, evening):
    now = timezone.now()
    words = {"text": " 資料の\n感想を聞く ", "on": timezone.localdate(now), "person_id": mio.pk, "event_id": evening.pk}
    first, second = (flows.decide(by=aki, now=now, **words) for _ in range(2))
    assert first == second
    assert (first.text, first.event, first.person, first.first_on) == ("資料の 感想を聞く", evening, mio, first.on)


def test_twenty_lie_ahead_at_most(aki, set_limit):
    set_limit(STEPS, open_at_once=2)
    now, today = timezone.now(), timezone.localdate()
    for number in range(2):
        flows.decide(by=aki, text=f"一歩{number}", on=today, now=now)
    with pytest.raises(Refused, match=NoStep.ENOUGH_OPEN):
        flows.decide(by=aki, text="もうひとつ", on=today, now=now)


def test_settled_is_settled(aki):
    now, step = timezone.now(), factories.make_step(aki)
    for _ in range(2):
        flows.settle(by=aki, step_id=step.pk, state=StepState.DONE, now=now)
    with pytest.raises(Refused, match=NoStep.SETTLED):
        flows.settle(by=aki, step_id=step.pk, state=StepState.LET_GO, now=now)
    with pytest.raises(Refused, match=NoStep.SETTLED):
        flows.put_off(by=aki, step_id=step.pk, on=step.on, now=now)


def test_staff_are_told_nothing(aki):
    step = flows.decide(by=aki, text="転職の相談をする", on=timezone.localdate(), now=timezone.now())
    flows.settle(by=aki, step_id=step.pk, state=StepState.LET_GO, now=timezone.now())
    assert not AuditEntry.objects.exists()


# --- the pages


def test_a_member_decides_puts_off_and_finishes(aki, mio, evening, signed_in):
    browser = signed_in(aki)
    address = f"{reverse('feedback:new_step')}?event={evening.pk}"
    assert mio.called_name in browser.get(address).content.decode()
    answer = browser.post(address, {"text": "本を送る", "day": "next-week", "person": mio.reference})
    assert answer.url == reverse("feedback:steps")
    step = NextStep.objects.get()
    assert (step.person, step.event, step.on) == (mio, evening, timezone.localdate() + 7 * A_DAY)
    browser.post(reverse("feedback:put_off_step", args=[step.pk]), {"day": "next-month"})
    page = browser.get(reverse("feedback:steps")).content.decode()
    assert "本を送る" in page
    assert f"{mio.called_name}さんへ" in page
    browser.post(reverse("feedback:settle_step", args=[step.pk]), {"act": "done"})
    step.refresh_from_db()
    assert (step.state, step.was_put_off) == (StepState.DONE, True)
    assert "本を送る" in browser.get(reverse("feedback:steps")).content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"text": ""},
        {"text": "あ" * 201},
        {"text": "\x00"},
        {"when_where": "い" * 101},
        {"day": "someday"},
        {"day": "own"},
        {"day": "own", "own": "2020-01-01"},
        {"day": "own", "own": "9999-12-31"},
        {"day": "own", "own": "not a day"},
        {"person": "999999999999999999999"},
        {"person": "\x00"},
    ],
)
def test_bad_input_is_told_at_the_field_and_keeps_what_was_typed(aki, signed_in, changes):
    answer = signed_in(aki).post(
        reverse("feedback:new_step"),
        {"text": "本を送る", "day": "tomorrow", "person": "0", "when_where": "駅で", **changes},
    )
    assert answer.status_code == 422
    assert ("駅で" in answer.content.decode()) == ("when_where" not in changes)
    assert not NextStep.objects.exists()


def test_strangers_find_nothing(aki, mio, signed_in, evening):
    step, stranger = factories.make_step(aki), signed_in(factories.make_member())
    assert "感想を聞く" not in stranger.get(reverse("feedback:steps")).content.decode()
    addresses = [f"?event={evening.pk}", f"?person={aki.reference}", "?event=x", "?person=", "?event=" + "9" * 30]
    assert {stranger.get(reverse("feedback:new_step") + query).status_code for query in addresses} == {404}
    assert stranger.post(reverse("feedback:settle_step", args=[step.pk]), {"act": "done"}).status_code == 404
    assert stranger.post(reverse("feedback:put_off_step", args=[step.pk]), {"day": "tomorrow"}).status_code == 404


# --- the links in the mail of the day


def link(step, act="done"):
    return reverse("feedback:step_link", args=[link_token(step, act)])


@pytest.mark.parametrize(("act", "state"), [("done", "done"), ("let-go", "let-go"), (PUT_OFF, "open")])
def test_each_link_answers_once_without_signing_in(aki, act, state):
    step = factories.make_step(aki, on=timezone.localdate())
    visitor, today = Client(enforce_csrf_checks=True), timezone.localdate()
    page = visitor.get(link(step, act))
    step.refresh_from_db()
    assert step.state == StepState.OPEN, "a scanner that opens the link changes nothing"
    assert (step.text in page.content.decode(), aki.called_name in page.content.decode()) == (False, False)
    token = visitor.cookies["csrftoken"].value
    for _ in range(2):
        assert visitor.post(link(step, act), headers={"X-CSRFToken": token}).status_code == 200
    step.refresh_from_db()
    assert (step.state, step.on) == (state, today + (7 * A_DAY if act == PUT_OFF else 0 * A_DAY))


def test_a_link_is_spent_once_the_step_has_another_day(aki, client):
    step = factories.make_step(aki)
    old = link(step)
    flows.put_off(by=aki, step_id=step.pk, on=step.on + A_DAY, now=timezone.now())
    client.post(old)
    step.refresh_from_db()
    assert step.state == StepState.OPEN


def test_links_that_we_did_not_make_lead_nowhere(aki, client):
    step = factories.make_step(aki)
    good = link_token(step, "done")
    gone = factories.make_step(factories.make_member())
    gone.member.is_active = False
    gone.member.save(update_fields=["is_active"])
    kept_out = factories.make_step(factories.make_member())
    Suspension.objects.create(member=kept_out.member, reason="同じ誘いが続いたため", starts_at=timezone.now())
    for token in [good[:-1], str(step.pk), "\x00", "a" * 3000, link_token(gone, "done"), link_token(kept_out, "done")]:
        address = reverse("feedback:step_link", args=[token])
        assert {client.get(address).status_code, client.post(address).status_code} == {404}
    assert link_of(good).step_id == step.pk
