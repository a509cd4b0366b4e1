"""Evenings without groups: planned, joined, led, closed and followed up, and nothing that would need a group."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.event.choices import Gathering
from events.event.rules.event import Item, NoHosting, PlanFault, faults_in, why_not_change, why_not_publish
from events.groups.flows.grouping import draw_groups
from events.groups.rules.drawing import NoDraw
from events.hosting.queries import hosting as queries
from events.invariants.seats import CHECKS as BOOKS
from events.models import Attendance, Event, Mark, Registration, Round, Seat
from events.registration.flows.follow_up import send_follow_ups
from events.registration.flows.mark import mark_absences
from events.registration.flows.registration import register
from events.registration.pages.event_list import Filters, event_list
from feedback.management.commands.check_invariants import breaches_at
from feedback.models import TakeHomeNote
from kouryu.refusal import Refused
from members.models import OutgoingMail
from tests import factories
from tests.events.plans import HOUR, make_plan, typed

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
TOGETHER = Gathering.TOGETHER.value
TALK = (Item(5, "進めかたと約束"), Item(35, "お話"), Item(15, "質問の時間"), Item(5, "しずかな時間", kind="quiet"))


def plan_of_a_talk(**fields):
    return make_plan(NOW, **{"gathering": TOGETHER, "run_sheet": TALK, "title": "お話を聞く夜", **fields})


# --- the rules


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        pytest.param({}, (), id="nothing in groups"),
        pytest.param({"run_sheet": HOUR}, (PlanFault.TALK_WITHOUT_GROUPS,), id="a row in groups"),
        pytest.param({"capacity": 3, "group_size": 5}, (), id="fewer seats than a group would have"),
        pytest.param(
            {"capacity": 4, "group_size": 5, "gathering": "groups", "run_sheet": HOUR},
            (PlanFault.GROUP_WITHOUT_SEATS,),
            id="the same with groups",
        ),
    ],
)
def test_what_is_wrong_with_a_plan(fields, faults):
    assert faults_in(plan_of_a_talk(**fields), now=NOW) == faults


@pytest.mark.parametrize(("gathering", "reason"), [(TOGETHER, None), ("groups", NoHosting.NO_TALK)])
def test_only_with_groups_people_need_something_to_talk_in(gathering, reason):
    draft = queries.event_facts_of(Event(state="draft", starts_at=NOW + timedelta(days=7), allotment="first-come"))
    assert why_not_publish(plan_of_a_talk(gathering=gathering), draft, now=NOW) == reason


@pytest.mark.parametrize(
    ("state", "reason"), [("draft", None), ("published", NoHosting.FIXED_SINCE_PUBLISHED)], ids=["draft", "published"]
)
def test_whether_there_are_groups_stays_once_it_is_published(state, reason):
    facts = queries.event_facts_of(Event(state=state, starts_at=NOW + timedelta(days=7), allotment="first-come"))
    old, new = plan_of_a_talk(), plan_of_a_talk(gathering="groups", run_sheet=HOUR)
    assert why_not_change(old, new, facts, seen_version=1, now=NOW) == reason


# --- the whole evening


def test_an_evening_without_groups_from_the_plan_to_the_mail_afterwards(ren, aki, mio, signed_in, time_machine):
    host, guest = signed_in(ren), signed_in(aki)
    event = _planned_and_published(host)
    _joined(event, guest)
    register(member=mio, event_id=event.pk, now=timezone.now())

    time_machine.move_to(event.starts_at - timedelta(minutes=10))
    _come(event, guest)
    time_machine.move_to(event.starts_at + timedelta(minutes=10))
    _led(event, host, guest, ren)
    time_machine.move_to(event.ends_at + timedelta(minutes=1))
    host.post(reverse("events:close", args=[event.pk]))
    time_machine.move_to(event.ends_at + timedelta(hours=1))
    _followed_up(event, guest, aki)
    mark_absences(now=timezone.now())
    assert [mark.registration.member for mark in Mark.objects.order_by("pk")] == [mio]  # as at every evening
    assert not Round.objects.exists()
    assert breaches_at(timezone.now(), BOOKS) == []


def _planned_and_published(host) -> Event:
    plan = plan_of_a_talk()
    form = host.get(reverse("events:write", args=["talk"])).context["form"]
    assert form["gathering"].value() == TOGETHER
    host.post(reverse("events:write", args=["talk"]), typed(plan, gathering=TOGETHER))
    event = Event.objects.get()
    assert "12人（組は作りません）" in host.get(reverse("events:desk", args=[event.pk])).content.decode()
    host.post(reverse("events:publish", args=[event.pk]))
    event.refresh_from_db()
    assert (event.state, event.has_groups) == ("published", False)
    return event


def _joined(event, guest) -> None:
    assert "組は作りません" in guest.get(reverse("events:events")).content.decode()
    page = guest.get(event.get_absolute_url()).content.decode()
    assert "組は作りません" in page
    assert "人1組" not in page
    address = reverse("events:register", args=[event.pk])
    form = guest.get(address).context["form"]
    assert {"shares_wish", "can_offer"} & set(form.fields) == set()
    assert "聞いてみたいこと" in guest.get(address).content.decode()
    guest.post(address, {"wants_to_talk": "ことばの選びかた", "mode": "listen"})
    assert Registration.objects.get().state == "confirmed"
    page = guest.get(event.get_absolute_url()).content.decode()
    assert "席が決まっています" in page
    assert "仕事で当たり前のことを" not in page
    assert guest.get(reverse("feedback:ordinary", args=[event.pk])).status_code == 404


def _come(event, guest) -> None:
    guest.post(reverse("events:room", args=[event.pk]))
    page = guest.get(reverse("events:group", args=[event.pk])).content.decode()
    assert "もうすぐ始まります" in page
    assert "みなさんで、ひとつの部屋にいます" in page
    assert "組は、みなさんがそろってから" not in page


def _led(event, host, guest, ren) -> None:
    board = host.get(reverse("events:groups", args=[event.pk])).content.decode()
    assert "組を作らない会です" in board
    assert "組を作る</span>" not in board
    with pytest.raises(Refused) as refused:
        draw_groups(event_id=event.pk, by=ren, now=timezone.now())
    assert refused.value.reason in {NoDraw.NO_TALK, NoDraw.ALONE}
    host.post(reverse("events:word", args=[event.pk]), {"text": "質問は、いつでもどうぞ。"})
    page = guest.get(reverse("events:group", args=[event.pk])).content.decode()
    assert "会が始まりました" in page
    assert "質問は、いつでもどうぞ。" in page


def _followed_up(event, guest, aki) -> None:
    send_follow_ups(now=timezone.now())
    mail = OutgoingMail.objects.get(key=f"follow-up/attended/{event.pk}/{aki.pk}")
    assert "心に残ったことを、ひとつ書きとめておけます" in mail.text
    assert "同じ組" not in mail.text + mail.html
    after = reverse("feedback:evening", args=[event.pk])
    assert after in mail.text
    page = guest.get(after).content.decode()
    assert "持ちかえりメモを書く" in page
    assert "同じ組" not in page
    guest.post(reverse("feedback:take_home_note", args=[event.pk]), {"text": "短く言いなおす。"})
    assert TakeHomeNote.objects.get().member == aki
    assert guest.get(reverse("feedback:quiet", args=[event.pk])).status_code == 404


# --- the numbers


def test_it_counts_as_attended_and_adds_nobody_to_the_people_met(aki, mio):
    event = factories.make_event(gathering=TOGETHER, starts_at=NOW - timedelta(hours=3), state="closed", closed_at=NOW)
    for member in (aki, mio):
        registration = factories.make_registration(event, member)
        Attendance.objects.create(registration=registration, presence="present", recorded_at=event.starts_at)
    assert not event_list(aki, Filters(), now=timezone.now()).is_first_timer
    assert not Seat.encounters.exists()
