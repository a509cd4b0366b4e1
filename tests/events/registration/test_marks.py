"""Marks: what leaves one and what does not, what it costs, what its member can say, and who answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from events.evening.flows.closing import close_event
from events.event.choices import EventState
from events.event.rules.event import PlanFault, faults_in
from events.event.rules.first_timer import Past, is_first_timer
from events.models import Attendance, Mark, Offer, Registration, Ticket
from events.registration.choices import Answer, MarkKind, Presence, RegistrationState, Ruling, Sparing
from events.registration.flows.lottery import hold_draw
from events.registration.flows.mark import mark_absences, object_to_mark, rule_on_objection, tell_illness
from events.registration.flows.registration import give_back_seats, register, withdraw
from events.registration.queries import marks
from events.registration.rules.lottery import lots_of
from events.registration.rules.mark import (
    Loss,
    MarkStatus,
    NoObjection,
    opening_for,
    points_of,
    why_not_object,
    why_not_rule,
    why_not_say_ill,
    why_spared,
)
from events.registration.rules.registration import NoRegistration
from kouryu.refusal import Refused
from members.models import AuditEntry, OutgoingMail, User
from tests import factories
from tests.events.plans import make_plan

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
START = NOW + timedelta(hours=12)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("loss", "spared"),
    [
        pytest.param(Loss(START), None, id="nothing speaks for them"),
        pytest.param(Loss(START, seat_offered_at=START - DAY), None, id="offered just 24 hours before"),
        pytest.param(
            Loss(START, seat_offered_at=START - DAY + timedelta(seconds=1)), Sparing.SHORT_NOTICE, id="offered later"
        ),
        pytest.param(Loss(START, says_ill=True), Sparing.ILLNESS, id="ill"),
        pytest.param(Loss(START, says_ill=True, illnesses=1), Sparing.ILLNESS, id="ill the second time"),
        pytest.param(Loss(START, says_ill=True, illnesses=2), None, id="ill the third time"),
        pytest.param(Loss(START, is_first_timer=True), Sparing.FIRST_TIME, id="first-timer"),
        pytest.param(Loss(START, is_first_timer=True, has_given_up_before=True), None, id="first-timer, second time"),
        pytest.param(
            Loss(START, is_first_timer=True, says_ill=True), Sparing.ILLNESS, id="an ill first-timer keeps the free one"
        ),
    ],
)
def test_why_spared(loss, spared):
    assert why_spared(loss) == spared


@pytest.mark.parametrize(
    ("theirs", "points"),
    [
        pytest.param([], 0, id="none"),
        pytest.param([MarkStatus(1, NOW + DAY), MarkStatus(2, NOW + DAY)], 3, id="they add up"),
        pytest.param([MarkStatus(2, NOW)], 0, id="expired this moment"),
        pytest.param([MarkStatus(2, NOW + DAY, ruling="lifted")], 0, id="lifted"),
        pytest.param([MarkStatus(2, NOW + DAY, has_objection=True, ruling="upheld")], 2, id="upheld"),
        pytest.param([MarkStatus(2, NOW + DAY, has_objection=True)], 2, id="not answered yet"),
    ],
)
def test_points(theirs, points):
    assert points_of(theirs, now=NOW) == points


@pytest.mark.parametrize(
    ("days_open", "points", "hours"),
    [
        pytest.param(10, 0, 0, id="no mark"),
        pytest.param(10, 1, 12, id="one point"),
        pytest.param(10, 3, 36, id="three points"),
        pytest.param(10, 9, 48, id="two days at most"),
        pytest.param(1, 9, 12, id="half of the time at most"),
        pytest.param(0, 9, 0, id="no time at all"),
    ],
)
def test_marks_delay_the_opening_and_never_bar(days_open, points, hours):
    assert opening_for(NOW, NOW + days_open * DAY, points) == NOW + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("points", "lots"),
    [
        pytest.param(0, 4, id="no mark"),
        pytest.param(1, 3, id="one point"),
        pytest.param(3, 1, id="three points"),
        pytest.param(9, 1, id="never the last"),
    ],
)
def test_marks_lower_the_weight_in_a_lottery(points, lots):
    assert lots_of([], mark_points=points, now=NOW) == lots


@pytest.mark.parametrize(
    ("past", "is_first"),
    [
        pytest.param(Past(), True, id="new"),
        pytest.param(Past(seats_given_up=1), True, id="gave one seat up"),
        pytest.param(Past(seats_given_up=2), False, id="gave two seats up"),
        pytest.param(Past(attended=1), False, id="was there"),
    ],
)
def test_who_is_a_first_timer(past, is_first):
    assert is_first_timer(past) == is_first


WEIGHS = MarkStatus(1, NOW + DAY)


@pytest.mark.parametrize(
    ("mark", "objecting", "telling", "ruling"),
    [
        pytest.param(WEIGHS, None, None, NoObjection.NOTHING_SAID, id="weighs"),
        pytest.param(
            MarkStatus(0, NOW + DAY),
            NoObjection.WEIGHS_NOTHING,
            NoObjection.WEIGHS_NOTHING,
            NoObjection.NOTHING_SAID,
            id="spared",
        ),
        pytest.param(
            MarkStatus(1, NOW), NoObjection.EXPIRED, NoObjection.EXPIRED, NoObjection.NOTHING_SAID, id="expired"
        ),
        pytest.param(
            MarkStatus(1, NOW + DAY, has_objection=True), NoObjection.ALREADY_SAID, None, None, id="already objected"
        ),
        pytest.param(
            MarkStatus(1, NOW + DAY, has_objection=True, ruling="upheld"),
            NoObjection.ALREADY_SAID,
            None,
            NoObjection.ALREADY_SAID,
            id="upheld",
        ),
        pytest.param(
            MarkStatus(1, NOW + DAY, has_objection=True, ruling="lifted"),
            NoObjection.ALREADY_SAID,
            NoObjection.WEIGHS_NOTHING,
            NoObjection.ALREADY_SAID,
            id="lifted",
        ),
    ],
)
def test_what_can_be_said(mark, objecting, telling, ruling):
    assert why_not_object(mark, now=NOW) == objecting
    assert why_not_say_ill(mark, illnesses=1, now=NOW) == telling
    assert why_not_rule(mark, is_own=False) == ruling


def test_illness_twice_and_nobody_answers_themselves():
    assert why_not_say_ill(WEIGHS, illnesses=2, now=NOW) == NoObjection.ILLNESSES_USED
    assert why_not_rule(MarkStatus(1, NOW, has_objection=True), is_own=True) == NoObjection.OWN_MARK


# --- leaving one


def seat(member: User, *, starts_at: datetime = START, **fields) -> Registration:
    return factories.make_registration(factories.make_event(now=NOW, starts_at=starts_at), member, **fields)


@pytest.mark.parametrize(
    ("hours", "leaves"),
    [pytest.param(24, True, id="24 hours before"), pytest.param(24.001, False, id="a little earlier")],
)
def test_only_a_late_withdrawal_leaves_a_mark(aki, hours, leaves):
    row = seat(aki, starts_at=NOW + timedelta(hours=hours))
    withdraw(member=aki, event_id=row.event_id, now=NOW)
    assert [(mark.kind, mark.points, mark.expires_at) for mark in Mark.objects.all()] == (
        [(MarkKind.LATE_WITHDRAWAL, 1, NOW + 90 * DAY)] if leaves else []
    )


def test_withdrawing_twice_leaves_one(aki):
    row = seat(aki)
    for _ in range(2):
        withdraw(member=aki, event_id=row.event_id, now=NOW)
    assert Mark.objects.count() == 1
    assert AuditEntry.objects.filter(verb="mark.leave").count() == 1


@pytest.mark.parametrize("state", [RegistrationState.WAITING, RegistrationState.OFFERED, RegistrationState.APPLIED])
def test_leaving_the_line_an_offer_or_a_draw_leaves_none(aki, state):
    row = seat(aki, state=state)
    withdraw(member=aki, event_id=row.event_id, now=NOW)
    assert not Mark.objects.exists()


def test_a_seat_given_back_by_the_staff_leaves_none(aki):
    seat(aki)
    assert give_back_seats(member=aki, until=NOW + 30 * DAY, by=None, now=NOW) == 1
    assert not Mark.objects.exists()


def test_a_seat_accepted_late_leaves_a_mark_without_weight(aki):
    row = seat(aki)
    Offer.objects.create(
        registration=row, made_at=NOW, expires_at=NOW, answer=Answer.ACCEPTED, answered_at=NOW - timedelta(hours=1)
    )
    withdraw(member=aki, event_id=row.event_id, now=NOW)
    assert Mark.objects.get().spared_for == Sparing.SHORT_NOTICE


def test_a_seat_from_a_late_draw_too(aki):
    event = factories.make_lottery(now=NOW, registration_closes_at=NOW + DAY)
    row = register(member=aki, event_id=event.pk, now=NOW)
    late = event.starts_at - timedelta(hours=3)
    hold_draw(event.pk, now=late)
    assert Ticket.objects.get().is_win
    withdraw(member=aki, event_id=event.pk, now=late)
    assert Mark.objects.get(registration=row).spared_for == Sparing.SHORT_NOTICE


def test_illness_is_free_twice_in_half_a_year(aki):
    for _ in range(3):
        withdraw(member=aki, event_id=seat(aki).event_id, is_ill=True, now=NOW)
    assert list(Mark.objects.order_by("pk").values_list("spared_for", flat=True)) == ["illness", "illness", ""]
    later = NOW + timedelta(days=183)
    row = seat(aki, starts_at=later + timedelta(hours=1))
    withdraw(member=aki, event_id=row.event_id, is_ill=True, now=later)
    assert row.mark.spared_for == Sparing.ILLNESS


def test_the_first_one_is_free_for_first_timers_and_the_second_ends_it(aki):
    """Each row says whether they were new when they came."""
    for number in range(2):
        row = seat(aki, is_first_timer=True)
        withdraw(member=aki, event_id=row.event_id, now=NOW)
        assert marks.record_of(aki, NOW).seats_given_up == number + 1
    assert list(Mark.objects.order_by("pk").values_list("spared_for", flat=True)) == ["first-time", ""]
    event = factories.make_event(now=NOW - 9 * DAY, starts_at=NOW + 9 * DAY)
    assert register(member=aki, event_id=event.pk, now=NOW).is_first_timer is False


def test_a_member_who_gave_up_one_seat_is_still_new(aki):
    withdraw(member=aki, event_id=seat(aki, is_first_timer=True).event_id, now=NOW)
    event = factories.make_event(now=NOW - 9 * DAY, starts_at=NOW + 9 * DAY)
    assert register(member=aki, event_id=event.pk, now=NOW).is_first_timer is True


def test_absences_are_marked_once_and_only_after_the_close(aki, mio, yu):
    event = factories.make_event(now=NOW, starts_at=NOW - timedelta(hours=2))
    absent, present, excused = [factories.make_registration(event, member) for member in (aki, mio, yu)]
    Attendance.objects.create(registration=present, presence=Presence.PRESENT, recorded_at=NOW)
    Attendance.objects.create(registration=excused, presence=Presence.EXCUSED, recorded_at=NOW)
    assert mark_absences(now=NOW) == 0
    close_event(event_id=event.pk, by=None, now=NOW)
    assert [mark_absences(now=NOW) for _ in range(2)] == [1, 0]
    mark = Mark.objects.get()
    assert (mark.registration, mark.kind, mark.points) == (absent, MarkKind.NO_SHOW, 2)


def test_who_has_gone_keeps_nobody_elses_absence_from_being_marked(aki, mio):
    event = factories.make_event(now=NOW, starts_at=NOW - timedelta(hours=2))
    gone, absent, present = [
        factories.make_registration(event, member) for member in (aki, mio, factories.make_member())
    ]
    Attendance.objects.create(registration=present, presence=Presence.PRESENT, recorded_at=NOW)
    close_event(event_id=event.pk, by=None, now=NOW)
    User.objects.filter(pk=gone.member_id).update(is_active=False)
    mark_absences(now=NOW)
    assert Mark.objects.filter(registration=absent).exists()


def test_what_is_found_too_late_is_left_alone(aki):
    event = factories.make_event(now=NOW, starts_at=NOW - 8 * DAY, state=EventState.CLOSED, closed_at=NOW - 7 * DAY)
    factories.make_registration(event, aki)
    assert mark_absences(now=NOW) == 0


# --- what it costs


@pytest.fixture
def marked(aki) -> Mark:
    return factories.make_mark(seat(aki), now=NOW)


def test_a_marked_member_registers_later_and_reads_when(aki, mio, marked, signed_in):
    now = timezone.now()
    Mark.objects.update(expires_at=now + DAY)
    event = factories.make_event(now=now)
    register(member=mio, event_id=event.pk, now=now)
    with pytest.raises(Refused) as refused:
        register(member=aki, event_id=event.pk, now=now)
    assert refused.value.reason == NoRegistration.OPENS_LATER_FOR_YOU
    page = signed_in(aki).get(event.get_absolute_url()).content.decode()
    assert "直前の取り消しや欠席の印があるので、あなたの申し込みは" in page
    assert reverse("events:marks") in page
    answer = signed_in(aki).post(reverse("events:register", args=[event.pk]), {"mode": "talk"})
    assert answer.status_code == 409
    assert "あなたの申し込みは" in answer.content.decode()
    assert register(member=aki, event_id=event.pk, now=now + timedelta(hours=12)).seat_number == 2


def test_registration_opens_at_its_time_for_everybody(aki, signed_in):
    opens_at = timezone.now() + DAY
    event = factories.make_event(registration_opens_at=opens_at)
    with pytest.raises(Refused) as refused:
        register(member=aki, event_id=event.pk, now=opens_at - timedelta(seconds=1))
    assert refused.value.reason == NoRegistration.NOT_OPEN_YET
    assert "に始まります。" in signed_in(aki).get(event.get_absolute_url()).content.decode()
    assert register(member=aki, event_id=event.pk, now=opens_at).seat_number == 1


def test_it_opens_before_it_closes():
    plan = make_plan(NOW)
    late = make_plan(NOW, registration_opens_at=plan.registration_closes_at)
    assert faults_in(late, now=NOW) == (PlanFault.OPENS_AFTER_CLOSE,)


def test_a_lottery_takes_a_lot_and_delays_nothing(aki, marked):
    event = factories.make_lottery(now=NOW)
    register(member=aki, event_id=event.pk, now=NOW)
    hold_draw(event.pk, now=NOW + 3 * DAY)
    assert Ticket.objects.get().lots == 3


def test_marks_are_read_only_while_they_could_matter(aki):
    old = factories.make_event(now=NOW - 3 * DAY)
    with CaptureQueriesContext(connection) as asked:
        assert marks.opens_at_for(aki, old, NOW) is None
    assert len(asked) == 0


# --- what its member sees and says


def test_the_page_says_before_the_click_what_withdrawing_would_mean(aki, signed_in):
    now = timezone.now()
    late = factories.make_registration(
        factories.make_event(starts_at=now + timedelta(hours=3)), aki, registered_at=now - DAY
    )
    early = factories.make_registration(factories.make_event(starts_at=now + timedelta(days=3)), aki)
    page = signed_in(aki).get(late.event.get_absolute_url()).content.decode()
    assert "取り消すと" in page
    assert 'name="is_ill"' in page
    page = signed_in(aki).get(early.event.get_absolute_url()).content.decode()
    assert "までに取り消すと、印はつきません。" in page
    assert 'name="is_ill"' not in page
    Registration.objects.update(is_first_timer=True)
    assert "はじめての方の一度めなので" in signed_in(aki).get(late.event.get_absolute_url()).content.decode()


def test_withdrawing_ill_by_the_button(aki, signed_in):
    now = timezone.now()
    event = factories.make_event(starts_at=now + timedelta(hours=3))
    row = factories.make_registration(event, aki, registered_at=now - DAY)
    signed_in(aki).post(reverse("events:withdraw", args=[row.event_id]), {"is_ill": "on"})
    assert row.mark.spared_for == Sparing.ILLNESS


def test_each_sees_their_own_only(aki, mio, signed_in):
    mark = factories.make_mark(seat(aki))
    assert mark.registration.event.title in signed_in(aki).get(reverse("events:marks")).content.decode()
    assert mark.registration.event.title not in signed_in(mio).get(reverse("events:marks")).content.decode()


def test_illness_can_be_told_afterwards(aki, signed_in):
    mark = factories.make_mark(seat(aki))
    for _ in range(2):
        assert signed_in(aki).post(reverse("events:tell_illness", args=[mark.pk])).status_code == 302
    mark.refresh_from_db()
    assert (mark.spared_for, mark.points) == (Sparing.ILLNESS, 0)
    assert AuditEntry.objects.filter(verb="mark.illness").count() == 1


def test_an_objection_is_kept_once_and_answered_with_a_reason(aki, kai, signed_in):
    mark = factories.make_mark(seat(aki))
    say, rule = reverse("events:object_to_mark", args=[mark.pk]), reverse("events:objection", args=[mark.pk])
    member, staff = signed_in(aki), signed_in(kai)
    assert staff.get(rule).status_code == 404
    assert member.post(say, {"objection": ""}).status_code == 422
    assert member.post(say, {"objection": "あ" * 301}).status_code == 422
    assert member.post(say, {"objection": "電車が止まりました。"}).status_code == 302
    assert member.post(say, {"objection": "もう一度。"}).status_code == 409
    assert "電車が止まりました。" in staff.get(reverse("events:objections")).content.decode()
    assert staff.post(rule, {"ruling": "lifted", "answer": " "}).status_code == 422
    assert staff.post(rule, {"ruling": "gone", "answer": "はい"}).status_code == 422
    assert staff.post(rule, {"ruling": "lifted", "answer": "たいへんでしたね。外しました。"}).status_code == 302
    assert staff.post(rule, {"ruling": "upheld", "answer": "やはり"}).status_code == 409
    mark.refresh_from_db()
    assert (mark.objection, mark.ruling, mark.answered_by) == ("電車が止まりました。", Ruling.LIFTED, kai)
    assert marks.points_by_member([aki.pk], now=timezone.now()) == {}
    assert "たいへんでしたね。" in member.get(reverse("events:marks")).content.decode()
    assert "たいへんでしたね。" in staff.get(reverse("events:objections") + "?show=answered").content.decode()
    mail = OutgoingMail.objects.get(to=aki)
    assert mail.key == f"mark/answered/{mark.pk}"
    assert "電車" not in mail.text
    assert "たいへん" not in mail.text
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", "why")) == [
        ("mark.object", ""),
        ("mark.rule", "lifted"),
    ]


def test_a_mark_of_ones_own_is_answered_by_somebody_else(kai, sora, signed_in):
    mark = factories.make_mark(seat(kai), objection="事情です。", objected_at=NOW)
    rule = reverse("events:objection", args=[mark.pk])
    answer = {"ruling": "lifted", "answer": "外します。"}
    assert "ほかの担当がお返事します" in signed_in(kai).get(rule).content.decode()
    assert signed_in(kai).post(rule, answer).status_code == 409
    assert signed_in(sora).post(rule, answer).status_code == 302


def test_flows_refuse_what_the_pages_hide(aki, kai):
    mark = factories.make_mark(seat(aki), now=NOW, spared_for=Sparing.FIRST_TIME)
    for act in (
        lambda: object_to_mark(mark_id=mark.pk, member=aki, objection="でも", now=NOW),
        lambda: tell_illness(mark_id=mark.pk, member=aki, now=NOW),
        lambda: rule_on_objection(mark_id=mark.pk, by=kai, ruling=Ruling.UPHELD, answer="", now=NOW),
    ):
        with pytest.raises(Refused):
            act()


def test_the_lists_ask_as_often_for_three_marks_as_for_one(aki, kai, signed_in):
    def queries(page: str, member: User) -> int:
        client = signed_in(member)
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse(page))
        return len(asked)

    now = timezone.now()
    factories.make_mark(seat(aki), objected_at=now, objection="一")
    before = queries("events:marks", aki), queries("events:objections", kai)
    for _ in range(2):
        factories.make_mark(seat(aki), objected_at=now, objection="二")
    assert (queries("events:marks", aki), queries("events:objections", kai)) == before
