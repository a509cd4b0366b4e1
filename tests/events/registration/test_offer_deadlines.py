"""How long an offer is held: waking hours only, less near the start, and never too short to be answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.models import Offer
from events.registration.choices import RegistrationState
from events.registration.flows.registration import register
from events.registration.flows.waitlist import move_waiting_list, move_waiting_lists
from events.registration.limits import OFFERS
from events.registration.rules.registration import RegistrationWindow
from events.registration.rules.waitlist import may_offer, offer_deadline
from events.registration.rules.waking import waking_time
from members.mail.rules import after_quiet_hours
from members.models import OutgoingMail
from tests import factories

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)  # noon in Tokyo
DAY = timedelta(days=1)


def tokyo(text: str) -> datetime:
    """`21 12:00` is noon of 21 November 2026; days below ten are December's."""
    day, clock = text.split()
    return datetime.fromisoformat(f"2026-{11 if int(day) > 9 else 12}-{day}T{clock}+09:00")


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        pytest.param("21 12:00", "21 15:00", 3, id="by day"),
        pytest.param("21 20:00", "22 08:00", 3, id="over night: two hours and one"),
        pytest.param("21 23:00", "22 06:00", 0, id="within one night"),
        pytest.param("21 22:00", "22 07:00", 0, id="exactly the night"),
        pytest.param("21 03:00", "21 08:00", 1, id="from after midnight"),
        pytest.param("21 07:00", "24 07:00", 45, id="three whole days"),
        pytest.param("30 21:00", "01 09:00", 3, id="over the end of the month"),
        pytest.param("21 15:00", "21 12:00", 0, id="the end is before the start"),
    ],
)
def test_waking_time(start, end, hours):
    assert waking_time(tokyo(start), tokyo(end)) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("made", "starts", "deadline"),
    [
        pytest.param("21 12:00", "30 20:00", "22 21:00", id="24 h by day: ten today, fourteen tomorrow"),
        pytest.param("21 23:00", "30 20:00", "23 16:00", id="made at night: counted from seven"),
        pytest.param("21 06:59", "30 20:00", "22 16:00", id="a minute before seven: likewise"),
        pytest.param("21 07:00", "30 20:00", "22 16:00", id="at seven"),
        pytest.param("21 21:59", "30 20:00", "23 15:59", id="a minute before the night"),
        pytest.param("21 22:00", "30 20:00", "23 16:00", id="as the night begins"),
        pytest.param("22 20:00", "23 20:00", "23 12:30", id="the evening before: half of 15 h, over the night"),
        pytest.param("22 23:00", "23 20:00", "23 13:30", id="the night before: half of the 13 h from seven"),
        pytest.param("23 12:00", "23 20:00", "23 16:00", id="the same day: half of eight"),
        pytest.param("23 19:00", "23 20:00", "23 19:30", id="an hour before: half an hour"),
        pytest.param("23 19:20", "23 20:00", "23 19:50", id="less than an hour: half an hour all the same"),
        pytest.param("23 19:30", "23 20:00", "23 20:00", id="the last moment: until the start"),
        pytest.param("22 22:30", "23 09:00", "23 08:00", id="a morning's event, freed at night"),
        pytest.param("29 12:00", "01 20:00", "30 16:00", id="over the end of the month: half of 38 h"),
    ],
)
def test_offer_deadline(made, starts, deadline):
    window = RegistrationWindow(starts_at=tokyo(starts), registration_closes_at=tokyo(made))
    assert may_offer(window, tokyo(made))
    assert offer_deadline(window, tokyo(made), DAY) == tokyo(deadline)


@pytest.mark.parametrize(
    ("made", "starts"),
    [
        pytest.param("23 19:31", "23 20:00", id="29 minutes before the start"),
        pytest.param("22 22:00", "23 07:20", id="only a night and twenty minutes lie between"),
        pytest.param("23 20:00", "23 20:00", id="it starts"),
        pytest.param("23 20:01", "23 20:00", id="it has started"),
    ],
)
def test_no_offer_that_cannot_be_answered_in_time(made, starts):
    assert not may_offer(RegistrationWindow(tokyo(starts), tokyo(starts)), tokyo(made))


MOMENTS = st.integers(0, 14 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes))


@given(made=MOMENTS, starts=MOMENTS)
@settings(max_examples=1000)
def test_every_offer_can_be_answered_awake_and_before_the_start(made, starts):
    window = RegistrationWindow(starts_at=starts, registration_closes_at=starts)
    if not may_offer(window, made):
        assert waking_time(made, starts) < OFFERS.shortest
        return
    deadline = offer_deadline(window, made, DAY)
    assert deadline <= starts
    assert OFFERS.shortest <= waking_time(made, deadline) <= DAY
    assert after_quiet_hours(deadline - timedelta(microseconds=1)) < deadline  # it does not end within a night


def test_an_offer_made_at_night_is_mailed_when_its_time_begins_to_count(aki):
    event, night = factories.make_event(now=NOW), tokyo("22 23:30")
    factories.make_registration(event, aki, state=RegistrationState.WAITING)
    move_waiting_list(event.pk, now=night)
    mail = OutgoingMail.objects.get()
    assert mail.send_after == tokyo("23 07:00")
    assert Offer.objects.get().expires_at == tokyo("24 16:00")
    assert "16:00までお待ちします" in mail.text


def test_every_mail_about_the_line_states_its_rule_in_the_language_of_its_reader(aki, mio):
    event = factories.make_event(now=NOW, capacity=2)
    factories.make_registration(event)
    for member, language in ((aki, "ja"), (mio, "en")):
        member.language = language
        member.save(update_fields=["language"])
        factories.make_registration(event, member, state=RegistrationState.WAITING)
    move_waiting_list(event.pk, now=NOW)
    OutgoingMail.objects.all().delete()
    late = Offer.objects.get().expires_at
    move_waiting_lists(now=late)
    register(member=aki, event_id=event.pk, now=late)
    mails = {mail.key.split("/")[1]: mail for mail in OutgoingMail.objects.all()}
    assert set(mails) == {"offer-expired", "offered", "waiting"}
    for what in ("offer-expired", "waiting"):
        assert "（夜10時から朝7時までは数えません）" in mails[what].text
        assert "（夜10時から朝7時までは数えません）" in mails[what].html
    assert mails["offered"].address == mio.email
    assert "24 hours" in mails["offered"].text


def test_mails_to_many_carry_each_readers_own_name(db):
    event = factories.make_event(now=NOW)
    people = [factories.make_member(name) for name in ("R&D <部>", "さくら")]
    for member in people:
        factories.make_registration(event, member, state=RegistrationState.WAITING)
    move_waiting_list(event.pk, now=NOW)
    mails = {mail.to_id: mail for mail in OutgoingMail.objects.all()}
    assert mails[people[0].pk].text.startswith("R&D <部>さん\n")
    assert "R&amp;D &lt;部&gt;さん" in mails[people[0].pk].html
    assert mails[people[1].pk].text.startswith("さくらさん\n")
