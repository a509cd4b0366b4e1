"""An event does not take place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.event.rules.event import EventFacts, NoHosting, why_not_call_off
from events.hosting.flows.event import call_off_event, plan_event
from kouryu.refusal import Refused
from members.models import OutgoingMail
from tests.events.plans import make_plan
from tests.factories import make_event, make_registration

NOW = SOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "reason", "refusal"),
    [
        pytest.param("published", "体調不良のため", None, id="with a reason"),
        pytest.param("published", "  ", NoHosting.NO_REASON, id="without a reason"),
        pytest.param("draft", "", None, id="a draft owes nobody a reason"),
        pytest.param("closed", "体調不良のため", NoHosting.CLOSED, id="over"),
        pytest.param("called-off", "体調不良のため", NoHosting.CALLED_OFF, id="called off"),
    ],
)
def test_why_not_call_off(state, reason, refusal):
    assert why_not_call_off(EventFacts(state, SOON), reason) == refusal


def test_everybody_concerned_is_told_once_and_the_calendars_too(ren, signed_in):
    event = make_event(ren)
    seated, offered = make_registration(event), make_registration(event, state="offered")
    waiting = make_registration(event, state="waiting")
    make_registration(event, state="withdrawn")
    address = reverse("events:call_off", args=[event.pk])

    for _ in range(2):
        signed_in(ren).post(address, {"reason": "進行役の体調不良のため"})

    event.refresh_from_db()
    assert (event.state, event.called_off_reason) == ("called-off", "進行役の体調不良のため")
    assert set(OutgoingMail.objects.values_list("key", "calendar_method")) == {
        (f"seat/called-off/{event.pk}/{seated.member_id}/2", "CANCEL"),
        (f"seat/called-off/{event.pk}/{offered.member_id}/2", ""),
        (f"seat/called-off/{event.pk}/{waiting.member_id}/2", ""),
    }
    mails = "".join(mail.text + mail.html for mail in OutgoingMail.objects.all())
    assert "体調不良" not in mails  # no mail holds what somebody wrote


def test_at_night_only_who_is_to_come_soon_is_woken(ren):
    night = timezone.localtime().replace(hour=23, minute=0, second=0, microsecond=0) + timedelta(days=1)
    soon = make_event(ren, starts_at=night + timedelta(hours=9))
    later = make_event(ren, starts_at=night + timedelta(days=5))
    for event in (soon, later):
        make_registration(event)
        call_off_event(event_id=event.pk, by=ren, reason="会場の都合", now=night)
    waits = {mail.to_id: mail.send_after - night for mail in OutgoingMail.objects.all()}
    assert waits == {
        soon.registrations.get().member_id: timedelta(0),
        later.registrations.get().member_id: timedelta(hours=8),
    }


def test_without_a_reason_the_page_asks_again(ren, signed_in):
    event = make_event(ren)
    page = signed_in(ren).post(reverse("events:call_off", args=[event.pk]), {"reason": " "})
    event.refresh_from_db()
    assert (page.status_code, set(page.context["form"].errors), event.state) == (422, {"reason"}, "published")


def test_a_draft_is_dropped_without_a_word_and_stays_invisible(ren, aki, signed_in):
    event = plan_event(by=ren, plan=make_plan(timezone.now()), now=timezone.now())
    signed_in(ren).post(reverse("events:call_off", args=[event.pk]))
    event.refresh_from_db()
    assert (event.state, OutgoingMail.objects.count()) == ("called-off", 0)
    assert not type(event).objects.visible_to(aki).exists()
    assert signed_in(ren).get(reverse("events:desk", args=[event.pk])).status_code == 200


def test_what_is_over_stays(ren, signed_in):
    event = make_event(ren, state="closed", closed_at=timezone.now())
    with pytest.raises(Refused):
        call_off_event(event_id=event.pk, by=ren, reason="やめる", now=timezone.now())
    answer = signed_in(ren).post(reverse("events:call_off", args=[event.pk]), {"reason": "やめる"})
    assert answer.status_code == 409


def test_strangers_find_nothing(ren, mio, signed_in):
    event = make_event(ren)
    answer = signed_in(mio).post(reverse("events:call_off", args=[event.pk]), {"reason": "やめる"})
    event.refresh_from_db()
    assert (answer.status_code, event.state) == (404, "published")
