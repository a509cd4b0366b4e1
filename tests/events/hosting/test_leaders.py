"""An evening whose host may not lead it: nobody registers, nobody is reminded, its owners are told and hand it over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.event.choices import EventState
from events.event.queries import leaders
from events.event.queries.leaders import rights_in
from events.event.rules.figures import NoBalance
from events.hosting.flows.balance import invite_missing_industries
from events.hosting.flows.event import call_off_event
from events.hosting.flows.handing import hand_over, tell_of_leaderless
from events.hosting.flows.publishing import publish_due_events
from events.hosting.rules import NoHandingOver, why_not_hand_over
from events.models import Event, Mark, Offer, Registration
from events.registration.choices import RegistrationState
from events.registration.flows.registration import register, withdraw
from events.registration.flows.waitlist import move_waiting_list, take_free_seat
from events.registration.queries import reminders
from events.registration.queries.registration import registration_window_of
from events.registration.rules.registration import (
    Newcomer,
    NoRegistration,
    SeatCounts,
    why_not_register,
    why_registration_is_closed,
)
from events.registration.rules.waitlist import NoTaking, why_not_take
from feedback.cases.choices import CaseState
from feedback.models import Case
from kouryu.references import reference_to
from kouryu.refusal import Refused
from members.accounts.choices import Role
from members.desk import flows as roles
from members.models import AuditEntry, OutgoingMail, User
from members.standing import flows as standing
from tests import factories

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def evening(ren) -> Event:
    return factories.make_event(ren, now=NOW - DAY, starts_at=NOW + 2 * DAY, capacity=3)


def suspended(ren: User, kai: User, days: int = 30) -> None:
    standing.suspend(member=ren, until=NOW + days * DAY, reason="約束に反していたため。", by=kai, now=NOW)


CAUSES = {
    "suspended": suspended,
    "no host any more": lambda ren, kai: roles.end_role(member=ren, role=Role.HOST, by=kai, now=NOW),
    "gone": lambda ren, kai: User.objects.filter(pk=ren.pk).update(is_active=False),
}


@pytest.fixture(params=CAUSES)
def leaderless(request, evening, ren, kai) -> Event:
    """For each cause: the host may not lead the evening of the day after tomorrow."""
    CAUSES[request.param](ren, kai)
    return evening


def test_a_host_in_good_standing_leads(evening):
    assert leaders.has_leader(evening)
    assert list(leaders.coming_without_leader(NOW)) == []


def test_each_cause_leaves_the_evening_without_a_leader(leaderless):
    assert list(leaders.coming_without_leader(NOW)) == [leaderless]


@pytest.mark.parametrize(("days", "leads"), [(1, True), (3, False)])
def test_a_suspension_that_ends_before_the_start_is_none(evening, ren, kai, days, leads):
    suspended(ren, kai, days)
    assert leaders.has_leader(evening) == leads


def test_an_owner_leads_without_the_role_of_a_host(sora):
    assert leaders.has_leader(factories.make_event(sora))


def test_nobody_new_registers_and_reads_why(leaderless, aki):
    with pytest.raises(Refused) as refused:
        register(member=aki, event_id=leaderless.pk, now=NOW)
    assert refused.value.reason == NoRegistration.NO_LEADER


def test_the_pages_say_so(ren, kai, aki, mio, signed_in):
    event = factories.make_event(ren)
    factories.make_registration(event, mio)
    roles.end_role(member=ren, role=Role.HOST, by=kai, now=timezone.now())
    stranger, holder = signed_in(aki), signed_in(mio)
    assert "進行役を決めなおしています" in stranger.get(event.get_absolute_url()).content.decode()
    assert stranger.post(reverse("events:register", args=[event.pk]), {"mode": "talk"}).status_code == 409
    assert event.title not in stranger.get(reverse("events:events")).content.decode()
    page = holder.get(event.get_absolute_url()).content.decode()
    assert "席はそのままです" in page
    assert event.title in holder.get(reverse("events:events")).content.decode()


@pytest.mark.parametrize("state", [one for one in RegistrationState if one != RegistrationState.WITHDRAWN])
def test_who_is_in_it_reads_so_on_both_pages(ren, mio, kai, signed_in, state):
    event = factories.make_event(ren)
    row = factories.make_registration(event, mio, state=state)
    if state == RegistrationState.OFFERED:
        Offer.objects.create(registration=row, made_at=timezone.now(), expires_at=timezone.now() + DAY)
    pages = [event.get_absolute_url(), reverse("events:mine")]
    said = ["進行役を決めなおしています", "席はそのままです"]

    def read() -> list[list[bool]]:
        browser = signed_in(mio)
        return [[words in browser.get(page).content.decode() for words in said] for page in pages]

    assert read() == [[False, False]] * 2
    roles.end_role(member=ren, role=Role.HOST, by=kai, now=timezone.now())
    assert read() == [[True, state == RegistrationState.CONFIRMED]] * 2


def test_a_free_seat_waits_for_the_new_host(leaderless, aki, sora, fumi):
    factories.make_registration(leaderless, aki, state=RegistrationState.WAITING)
    assert move_waiting_list(leaderless.pk, now=NOW) == []
    hand_over(event_id=leaderless.pk, to=sora, by=sora, now=NOW)
    assert Registration.objects.get(member=aki).state == RegistrationState.OFFERED


def test_nor_does_anybody_take_it_from_the_line(leaderless, aki):
    factories.make_registration(leaderless, aki, state=RegistrationState.WAITING)
    with pytest.raises(Refused) as refused:
        take_free_seat(member=aki, event_id=leaderless.pk, now=leaderless.starts_at - timedelta(minutes=10))
    assert refused.value.reason == NoTaking.NO_LEADER


def test_nobody_is_reminded_of_it(leaderless):
    an_hour_before = leaderless.starts_at - HOUR
    assert list(reminders.due(an_hour_before)) == []
    Event.objects.update(host=factories.make_member(roles=(Role.HOST,)))
    assert len(list(reminders.due(an_hour_before))) == 1


def test_a_draft_of_theirs_does_not_publish_itself(ren, kai):
    event = factories.make_event(
        ren, now=NOW, state=EventState.DRAFT, published_at=None, publish_at=NOW, promises=["no-recording"]
    )
    roles.end_role(member=ren, role=Role.HOST, by=kai, now=NOW)
    publish_due_events(now=NOW)
    event.refresh_from_db()
    assert event.state == EventState.DRAFT
    assert "進行できる方がいません" in OutgoingMail.objects.get().text


def test_nobody_is_asked_to_come_to_it(leaderless, ren):
    with pytest.raises(Refused) as refused:
        invite_missing_industries(event_id=leaderless.pk, by=ren, now=NOW)
    assert refused.value.reason == NoBalance.NOT_OPEN


def test_a_rule_that_asks_whether_it_is_led_cannot_be_called_without(leaderless):
    window = registration_window_of(leaderless)
    with pytest.raises(TypeError, match="has_leader"):
        why_registration_is_closed(window, NOW)
    with pytest.raises(TypeError, match="has_leader"):
        why_not_register(window, Newcomer(), NOW)
    with pytest.raises(TypeError, match="has_leader"):
        why_not_take(SeatCounts(2, 1, 1), window, is_waiting=True, has_overlapping_seat=False, now=NOW)
    for has_leader, reason in ((False, NoRegistration.NO_LEADER), (True, None)):
        assert why_registration_is_closed(window, NOW, has_leader=has_leader) == reason


# --- the owners


def test_the_owners_are_told_once_and_again_on_the_last_day(leaderless, sora):
    for hours in (0, 1, 25, 26):
        tell_of_leaderless(now=NOW + hours * HOUR)
    mails = OutgoingMail.objects.filter(key__startswith="hosting/leaderless/").order_by("pk")
    assert [mail.key.rsplit("/", 1)[1] for mail in mails] == ["first", "near"]
    assert {mail.to for mail in mails} == {sora}
    assert reverse("events:hand_over", args=[leaderless.pk]) in mails[0].text


def test_what_is_called_off_asks_nobody_any_more(leaderless, sora):
    call_off_event(event_id=leaderless.pk, by=sora, reason="進行できる人がいないため", now=NOW)
    assert tell_of_leaderless(now=NOW) == 0


@pytest.mark.parametrize(
    ("state", "is_able", "reason"),
    [
        ("published", True, None),
        ("draft", True, None),
        ("published", False, NoHandingOver.NOT_ABLE),
        ("closed", True, NoHandingOver.OVER),
        ("called-off", True, NoHandingOver.OVER),
    ],
)
def test_why_not_hand_over(state, is_able, reason):
    assert why_not_hand_over(state, is_able=is_able) == reason


def test_another_host_takes_it_over(leaderless, aki, sora):
    ume = factories.make_member("うめ", roles=(Role.HOST,))
    factories.make_registration(leaderless, ume)
    factories.make_co_host(leaderless, ume)
    seat = factories.make_registration(leaderless, aki, registered_at=NOW - DAY)
    for _ in range(2):
        hand_over(event_id=leaderless.pk, to=ume, by=sora, now=NOW)
    leaderless.refresh_from_db()
    assert (leaderless.host, leaderless.co_hosts.count(), leaders.has_leader(leaderless)) == (ume, 0, True)
    assert Registration.objects.get(member=ume).state == RegistrationState.WITHDRAWN
    assert AuditEntry.objects.filter(verb="event.hand-over").count() == 1
    keys = set(OutgoingMail.objects.values_list("to__profile__called_name", "key"))
    version = leaderless.version
    assert keys >= {
        ("うめ", f"hosting/handed-over/{leaderless.pk}/{version}/{ume.pk}"),
        ("あき", f"seat/event-changed/{leaderless.pk}/{aki.pk}/{version}"),
    }
    assert "うめさんに替わりました" in OutgoingMail.objects.get(to=aki).text
    withdraw(member=aki, event_id=leaderless.pk, now=NOW + 30 * HOUR)
    assert Mark.objects.get(registration=seat).points == 0
    assert not Mark.objects.filter(registration__member=ume).exists()


def test_only_who_may_lead_is_offered(evening, ren, kai, aki, sora):
    free, busy, out = [factories.make_member(name, roles=(Role.HOST,)) for name in ("あい", "いと", "うた")]
    factories.make_event(busy, now=NOW, starts_at=evening.starts_at + timedelta(minutes=30))
    suspended(out, kai)
    assert list(leaders.who_may_lead(evening)) == [free, sora]
    for person in (busy, out, aki):
        with pytest.raises(Refused) as refused:
            hand_over(event_id=evening.pk, to=person, by=sora, now=NOW)
        assert refused.value.reason == NoHandingOver.NOT_ABLE


def test_the_owner_hands_it_over_by_the_page(ren, kai, sora, signed_in):
    event = factories.make_event(ren)
    ume = factories.make_member("うめ", roles=(Role.HOST,))
    address = reverse("events:hand_over", args=[event.pk])
    assert signed_in(ren).get(address).status_code == 404
    roles.end_role(member=ren, role=Role.HOST, by=kai, now=timezone.now())
    owner = signed_in(sora)
    assert "進行役を決めなおす" in owner.get(reverse("events:hosting")).content.decode()
    assert address in owner.get(reverse("events:desk", args=[event.pk])).content.decode()
    page = owner.get(address).content.decode()
    assert "いまの進行役は、この会を進められません" in page
    assert reverse("events:call_off", args=[event.pk]) in page
    assert owner.post(address, {"to": reference_to("person", ren.pk)}).status_code == 422
    assert owner.post(address, {"to": "9" * 30}).status_code == 422
    assert owner.post(address, {"to": reference_to("person", ume.pk)}).status_code == 302
    assert rights_in(Event.objects.get(), ume)
    assert signed_in(ume).get(reverse("events:desk", args=[event.pk])).status_code == 200


def test_what_they_are_to_lead_stands_beside_the_decision(ren, kai, aki, signed_in):
    now = timezone.now()
    event = factories.make_event(ren, title="あしたの会")
    factories.make_event(ren, title="おわった会", starts_at=now - 2 * DAY, state=EventState.CLOSED)
    case = Case.objects.create(
        member=ren, subject_key=f"member/{ren.pk}", opened_at=now, state=CaseState.TAKEN, taken_by=kai, taken_at=now
    )
    page = signed_in(kai).get(reverse("feedback:case", args=[case.pk])).content.decode()
    assert event.title in page
    assert "おわった会" not in page
