"""Giving a seat or a place in line back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from events.models import Offer, Registration
from events.registration.choices import Answer, RegistrationState
from events.registration.flows.registration import give_back_unpaid_seats, register, withdraw
from events.registration.flows.waitlist import move_waiting_list
from events.registration.limits import SEATS
from events.registration.rules.registration import NoRegistration, NoWithdrawal
from kouryu.refusal import Refused
from members.models import AuditEntry, OutgoingMail
from tests import factories

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


@pytest.fixture
def event(db):
    return factories.make_event(now=NOW, capacity=2)


def keys() -> set[str]:
    return set(OutgoingMail.objects.values_list("key", flat=True))


def test_a_seat_goes_on_to_the_next_in_line_at_once(event, aki, mio, yu):
    for member in (aki, yu, mio):
        register(member=member, event_id=event.pk, now=NOW)
    OutgoingMail.objects.all().delete()
    gone = withdraw(member=aki, event_id=event.pk, now=NOW)
    assert (gone.state, gone.seat_number) == ("withdrawn", None)
    next_one = Registration.objects.get(member=mio)
    assert (next_one.state, next_one.seat_number) == ("offered", 1)
    assert keys() == {f"seat/withdrawn/{event.pk}/{aki.pk}/1", f"seat/offered/{event.pk}/{mio.pk}/3"}
    mail = OutgoingMail.objects.get(to=aki)
    assert mail.calendar_method == "CANCEL"
    assert "席は、お待ちの方へ移ります" in mail.text
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", "by", "object_id"))[-2:] == [
        ("registration.withdraw", aki.pk, gone.pk),
        ("offer.make", None, next_one.pk),
    ]


def test_leaving_the_line_cancels_no_calendar_entry_and_offers_nothing(event, aki, mio, yu):
    for member in (aki, yu, mio):
        register(member=member, event_id=event.pk, now=NOW)
    OutgoingMail.objects.all().delete()
    withdraw(member=mio, event_id=event.pk, now=NOW)
    assert keys() == {f"seat/withdrawn/{event.pk}/{mio.pk}/3"}
    mail = OutgoingMail.objects.get()
    assert mail.calendar == ""
    assert "席は、お待ちの方へ移ります" not in mail.text + mail.html
    assert not Offer.objects.exists()


def test_withdrawing_during_an_offer_spends_it_and_offers_the_seat_on(event, aki, mio, yu, ren):
    for member in (aki, yu, mio, ren):
        register(member=member, event_id=event.pk, now=NOW)
    withdraw(member=aki, event_id=event.pk, now=NOW)
    withdraw(member=mio, event_id=event.pk, now=NOW)
    assert list(Offer.objects.order_by("pk").values_list("registration__member", "answer")) == [
        (mio.pk, Answer.DECLINED),
        (ren.pk, ""),
    ]
    assert Registration.objects.get(member=ren).state == RegistrationState.OFFERED


def test_withdrawing_twice_changes_nothing(event, aki):
    register(member=aki, event_id=event.pk, now=NOW)
    withdraw(member=aki, event_id=event.pk, now=NOW)
    before = (keys(), AuditEntry.objects.count())
    withdraw(member=aki, event_id=event.pk, now=NOW)
    assert (keys(), AuditEntry.objects.count()) == before


def test_not_after_the_start(event, aki):
    factories.make_registration(event, aki)
    with pytest.raises(Refused) as refused:
        withdraw(member=aki, event_id=event.pk, now=event.starts_at)
    assert refused.value.reason == NoWithdrawal.STARTED


def test_not_without_a_registration(event, aki):
    with pytest.raises(Refused) as refused:
        withdraw(member=aki, event_id=event.pk, now=NOW)
    assert refused.value.reason == NoWithdrawal.NOT_REGISTERED


def test_the_button_leads_back_to_the_event_and_needs_a_post(aki, signed_in):
    event = factories.make_event()
    factories.make_registration(event, aki)
    client, url = signed_in(aki), reverse("events:withdraw", args=[event.pk])
    assert client.get(url).status_code == 405
    for _ in range(2):
        assert client.post(url).headers["Location"] == event.get_absolute_url()
    assert Registration.objects.get().state == RegistrationState.WITHDRAWN
    assert "申し込みを取り消しました" in client.get(event.get_absolute_url()).content.decode()


def test_a_stranger_reads_that_there_is_nothing_to_take_back(mio, signed_in):
    event = factories.make_event()
    answer = signed_in(mio).post(reverse("events:withdraw", args=[event.pk]))
    assert answer.status_code == 409
    assert "取り消すものはありません" in answer.content.decode()


def test_a_seat_freed_after_the_start_is_offered_to_nobody(aki, mio):
    event = factories.make_event(now=NOW, capacity=2)
    factories.make_registration(event)
    factories.make_registration(event, mio, state=RegistrationState.WAITING)
    assert move_waiting_list(event.pk, now=event.starts_at + timedelta(minutes=1)) == []
    assert Registration.objects.get(member=mio).state == RegistrationState.WAITING


def test_seats_of_an_ended_membership_go_to_those_who_wait(ren, aki):
    event = factories.make_event(ren, capacity=2)
    gone = factories.make_account("ゆう")
    factories.make_registration(event, gone)
    factories.make_registration(event, aki, state=RegistrationState.WAITING)
    in_grace = factories.make_account("みお")
    factories.make_period(in_grace, starts_on=timezone.localdate() - timedelta(days=40), days=36)
    factories.make_registration(event, in_grace)
    assert give_back_unpaid_seats(now=timezone.now()) == 1
    assert give_back_unpaid_seats(now=timezone.now()) == 0
    states = dict(event.registrations.values_list("member", "state"))
    assert states == {gone.pk: "withdrawn", aki.pk: "offered", in_grace.pk: "confirmed"}
    assert AuditEntry.objects.get(verb="registration.withdraw").by is None
    text = OutgoingMail.objects.get(to=gone).text
    assert "知らせてくださり" not in text
    assert "会員のページをお使いになれない" in text


def test_who_pays_while_the_sweep_looks_keeps_the_seat(ren):
    """The payment comes after the list was read, and before the member's row is locked."""
    event = factories.make_event(ren, capacity=2)
    late = factories.make_account("ゆう")
    registration = factories.make_registration(event, late)

    def pay_first(execute, sql, params, many, context):
        if sql.startswith('SELECT "members_user"."id",') and not late.periods.exists():
            factories.make_period(late, starts_on=timezone.localdate())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(pay_first):
        assert give_back_unpaid_seats(now=timezone.now()) == 0

    assert late.periods.exists()
    registration.refresh_from_db()
    assert registration.state == RegistrationState.CONFIRMED


def test_coming_and_going_ends_after_a_few_times_a_day(event, aki):
    """Each time writes two mails."""
    for _ in range(SEATS.withdrawals_a_day):
        register(member=aki, event_id=event.pk, now=NOW)
        withdraw(member=aki, event_id=event.pk, now=NOW)
    with pytest.raises(Refused) as refused:
        register(member=aki, event_id=event.pk, now=NOW + timedelta(hours=23))
    assert refused.value.reason == NoRegistration.BACK_AND_FORTH
    assert OutgoingMail.objects.filter(to=aki).count() == 2 * SEATS.withdrawals_a_day

    assert register(member=aki, event_id=event.pk, now=NOW + timedelta(hours=25)).state == "confirmed"
