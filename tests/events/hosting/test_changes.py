"""What a host does never costs a member: changes of an evening, seats at one time, marks, deadlines in mails."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from events.evening.flows.closing import close_event
from events.event.choices import EventState
from events.event.rules.event import NoHosting, changes_terms, moves_draw
from events.hosting.flows.event import call_off_event, change_event
from events.hosting.limits import CHANGES
from events.hosting.queries import hosting as queries
from events.invariants.seats import nobody_sits_twice_at_one_time
from events.models import Attendance, Event, Mark, Offer, Registration
from events.registration.choices import MarkKind, Presence, RegistrationState, Sparing
from events.registration.flows.lottery import hold_draw
from events.registration.flows.mark import mark_absences
from events.registration.flows.registration import register, withdraw
from events.registration.flows.waitlist import accept_offer
from events.registration.rules.mark import Loss, free_until, why_spared
from kouryu.refusal import Refused
from members.models import OutgoingMail, User
from tests import factories
from tests.events.plans import make_plan

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = NOW + 10 * DAY
BEFORE = NOW - DAY  # when everybody said yes


def given_up(**facts: Any) -> Loss:
    """A seat given back an hour before the start, for which nothing speaks."""
    return Loss(**{"starts_at": START, "gave_up_at": START - HOUR, "agreed_at": BEFORE, **facts})


# --- one rule


@pytest.mark.parametrize(
    ("loss", "spared"),
    [
        pytest.param(given_up(), None, id="nothing was changed"),
        pytest.param(given_up(changed_at=START - 2 * DAY), Sparing.CHANGED, id="changed two days before the start"),
        pytest.param(given_up(changed_at=START - 3 * DAY), None, id="changed long ago"),
        pytest.param(given_up(changed_at=START - 2 * HOUR), Sparing.CHANGED, id="changed an hour ago"),
        pytest.param(
            given_up(changed_at=START - 2 * HOUR, agreed_at=START - 2 * HOUR), None, id="said yes to what it is now"
        ),
        pytest.param(given_up(changed_at=START - 2 * HOUR, agreed_at=None), None, id="nobody knows when they said yes"),
        pytest.param(
            given_up(gave_up_at=None, changed_at=START - 2 * DAY), Sparing.CHANGED, id="absent, told too late"
        ),
        pytest.param(given_up(gave_up_at=None, changed_at=START - 3 * DAY), None, id="absent, told in time"),
        pytest.param(given_up(has_double_seat=True), Sparing.DOUBLE_SEAT, id="two seats at one time"),
        pytest.param(given_up(gave_up_at=None, has_double_seat=True), Sparing.DOUBLE_SEAT, id="absent, and elsewhere"),
        pytest.param(
            given_up(agreed_at=START - 2 * HOUR, others_waited=False), Sparing.SECOND_THOUGHT, id="an hour to think"
        ),
        pytest.param(
            given_up(agreed_at=START - 2 * HOUR - timedelta(seconds=1), others_waited=False), None, id="a second more"
        ),
        pytest.param(given_up(agreed_at=START - HOUR, others_waited=True), None, id="somebody waited for the seat"),
        pytest.param(
            given_up(gave_up_at=None, agreed_at=START - timedelta(minutes=5), others_waited=False),
            None,
            id="absent: no second thought",
        ),
        pytest.param(given_up(changed_at=START - HOUR, says_ill=True), Sparing.CHANGED, id="the free illness is kept"),
        pytest.param(
            given_up(has_double_seat=True, is_first_timer=True), Sparing.DOUBLE_SEAT, id="so is the first time"
        ),
    ],
)
def test_what_the_host_did_weighs_nothing(loss, spared):
    assert why_spared(loss) == spared


@pytest.mark.parametrize(
    ("agreed_at", "changed_at", "until"),
    [
        pytest.param(BEFORE, None, START - DAY, id="as for everybody"),
        pytest.param(BEFORE, NOW, START - DAY, id="changed long before"),
        pytest.param(BEFORE, START - 2.5 * DAY, START - 0.5 * DAY, id="two days after the change"),
        pytest.param(BEFORE, START - HOUR, START, id="never after the start"),
        pytest.param(START - HOUR, START - 2 * HOUR, START - DAY, id="came after the change"),
        pytest.param(None, START - 2 * HOUR, START - DAY, id="unknown"),
    ],
)
def test_until_when_a_seat_is_given_back_freely(agreed_at, changed_at, until):
    assert free_until(START, agreed_at=agreed_at, changed_at=changed_at) == until


PLAN = make_plan(NOW, place="神田", promises=("no-recording", "listening-ok"))


@pytest.mark.parametrize(
    ("change", "is_other"),
    [
        pytest.param({"starts_at": PLAN.starts_at + HOUR}, True, id="time"),
        pytest.param({"minutes": 75}, True, id="length"),
        pytest.param({"place": "大阪"}, True, id="place"),
        pytest.param({"format": "onsite"}, True, id="way"),
        pytest.param({"promises": ("no-recording",)}, True, id="a promise less"),
        pytest.param({"conditions": (("industry", ("E",)),)}, True, id="for whom"),
        pytest.param({"promises": (*PLAN.promises, "no-sales")}, False, id="a promise more"),
        pytest.param({"title": "別の名前", "capacity": 20, "group_size": 3}, False, id="words and seats"),
        pytest.param({"registration_closes_at": PLAN.starts_at - DAY}, False, id="closes earlier"),
    ],
)
def test_what_somebody_says_yes_to(change, is_other):
    assert changes_terms(PLAN, replace(PLAN, **change)) == is_other


def test_only_a_lottery_has_a_draw_that_moves():
    earlier = {"registration_closes_at": PLAN.starts_at - 3 * DAY}
    assert [
        moves_draw(replace(PLAN, allotment=way), replace(PLAN, allotment=way, **earlier))
        for way in ("lottery", "first-come")
    ] == [True, False]


# --- the host changes an evening


def seated(member: User, event: Event, **fields: Any) -> Registration:
    return factories.make_registration(event, member, **{"agreed_at": BEFORE, "registered_at": BEFORE, **fields})


def evening(**fields: Any) -> Event:
    return factories.make_event(now=BEFORE, **{"starts_at": START, "capacity": 3, "group_size": 3, **fields})


def change(event: Event, *, now: datetime = NOW, **fields: Any) -> Event:
    event.refresh_from_db()
    plan = queries.plan_of(event)
    if "starts_at" in fields:
        fields.setdefault("registration_closes_at", fields["starts_at"])
    changed = replace(plan, **{"promises": plan.promises or ("no-recording",), **fields})
    return change_event(event_id=event.pk, by=event.host, plan=changed, seen_version=event.version, now=now)


def mail_to(member: User, what: str) -> str:
    return OutgoingMail.objects.get(to=member, key__startswith=f"seat/{what}/").text


def said(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def test_one_who_leads_writes_to_everybody_a_few_times_a_day(aki, mio, set_limit):
    set_limit(CHANGES, a_day=2)
    event = evening()
    seated(aki, event)
    for minutes in (5, 10):
        change(event, starts_at=START + timedelta(minutes=minutes))
    with pytest.raises(Refused) as refused:
        change(event, starts_at=START + timedelta(minutes=15))
    assert refused.value.reason == NoHosting.CHANGED_OFTEN
    assert OutgoingMail.objects.filter(to=aki, key__startswith="seat/event-changed/").count() == 2
    event = change(event, title="名前だけ変えた会")  # of which nobody is told

    moved = replace(queries.plan_of(event), starts_at=START + HOUR, registration_closes_at=START)
    change_event(event_id=event.pk, by=mio, plan=moved, seen_version=event.version, now=NOW)
    change(event, now=NOW + DAY + HOUR, starts_at=START + 2 * HOUR)


@pytest.fixture
def nearer(aki) -> Event:
    """An evening of ten days ahead that its host moves to tomorrow noon; Aki has a seat in it."""
    event = evening()
    seated(aki, event)
    return change(event, starts_at=NOW + 20 * HOUR)


def test_giving_back_after_a_move_leaves_a_mark_without_weight(aki, nearer):
    withdraw(member=aki, event_id=nearer.pk, now=NOW + timedelta(minutes=5))
    mark = Mark.objects.get()
    assert (mark.points, mark.spared_for) == (0, Sparing.CHANGED)


def test_who_came_after_the_move_knew_the_time(mio, nearer):
    register(member=mio, event_id=nearer.pk, now=NOW + HOUR)
    Registration.objects.update(is_first_timer=False)
    withdraw(member=mio, event_id=nearer.pk, now=NOW + 3 * HOUR)
    assert Mark.objects.get().points == 1


def test_the_mail_about_the_move_says_until_when_it_is_free(aki, mio):
    event = evening(starts_at=NOW + 5 * DAY)
    seated(aki, event)
    change(event, starts_at=NOW + 4 * DAY)
    assert f"{said(NOW + 3 * DAY)}までの取り消しには、印はつきません。" in mail_to(aki, "event-changed")
    other = evening(starts_at=NOW + 5 * DAY)
    seated(mio, other)
    change(other, starts_at=NOW + 30 * HOUR)
    assert "始まるまで、取り消しても印はつきません。" in mail_to(mio, "event-changed")


@pytest.mark.parametrize("change_of", [{"promises": ("listening-ok",)}, {"conditions": (("industry", ("E",)),)}])
def test_a_promise_taken_away_or_another_circle_is_told_and_free(aki, change_of):
    event = evening(starts_at=NOW + 30 * HOUR, promises=["no-recording"])
    seated(aki, event)
    change(event, **change_of)
    assert "約束か対象の方が変わりました" in mail_to(aki, "event-changed")
    assert OutgoingMail.objects.get().calendar == ""
    withdraw(member=aki, event_id=event.pk, now=NOW + 8 * HOUR)
    assert Mark.objects.get().spared_for == Sparing.CHANGED


def test_the_event_page_says_until_when_it_is_free(aki, signed_in):
    now = timezone.now()
    event = factories.make_event(starts_at=now + 20 * HOUR, terms_changed_at=now - HOUR)
    factories.make_registration(event, aki, registered_at=now - DAY)
    page = signed_in(aki).get(event.get_absolute_url()).content.decode()
    assert f"{said(event.starts_at)}までは、取り消しても印はつきません。" in page
    assert "印がひとつつきます" not in page


def test_the_page_of_the_plan_says_what_a_move_means(ren, signed_in):
    published, draft = factories.make_event(ren), factories.make_event(ren, state="draft", published_at=None)
    said = [
        "48時間は印なしで取り消せます" in signed_in(ren).get(reverse("events:edit", args=[event.pk])).content.decode()
        for event in (published, draft)
    ]
    assert said == [True, False]


# --- two seats at one time


@pytest.fixture
def doubled(aki) -> tuple[Event, Event]:
    """Aki's two evenings: the host moved the second a quarter of an hour into the first."""
    first, second = evening(title="さきの会"), evening(title="あとの会", starts_at=START + DAY)
    for event in (first, second):
        seated(aki, event)
    change(second, starts_at=START + timedelta(minutes=15))
    second.refresh_from_db()
    return first, second


def test_the_mail_names_the_evening_at_the_same_time(aki, doubled):
    text = mail_to(aki, "event-changed")
    assert "同じ時間に、「さきの会」の席もあります" in text
    assert doubled[0].get_absolute_url() in text


def test_who_sits_nowhere_else_reads_of_no_other(mio, doubled):
    seated(mio, doubled[1], agreed_at=NOW)
    change(doubled[1], starts_at=START + timedelta(minutes=30))
    assert "同じ時間に" not in mail_to(mio, "event-changed")


@pytest.mark.parametrize("which", [0, 1])
def test_either_can_be_given_back_until_the_start(aki, doubled, which):
    withdraw(member=aki, event_id=doubled[which].pk, now=START - HOUR)
    assert Mark.objects.get().spared_for == Sparing.DOUBLE_SEAT
    withdraw(member=aki, event_id=doubled[1 - which].pk, now=START - timedelta(minutes=30))
    assert Mark.objects.filter(points=1).count() == 1  # of what is left the usual rule holds


def close_both(doubled: tuple[Event, Event]) -> None:
    for event in doubled:
        companion = seated(factories.make_member(), event)
        Attendance.objects.create(registration=companion, presence=Presence.PRESENT, recorded_at=START)
        close_event(event_id=event.pk, by=None, now=START + 2 * HOUR)
    mark_absences(now=START + 2 * HOUR)


@pytest.mark.parametrize("went_to", [0, 1])
def test_being_at_one_of_them_leaves_no_mark_for_the_other(aki, doubled, went_to):
    here = Registration.objects.get(event=doubled[went_to], member=aki)
    Attendance.objects.create(registration=here, presence=Presence.PRESENT, recorded_at=START)
    close_both(doubled)
    assert list(Mark.objects.order_by("pk").values_list("points", "spared_for")) == [(0, Sparing.DOUBLE_SEAT)]


def test_who_was_at_neither_is_spared_for_the_moved_one_only(aki, doubled):
    close_both(doubled)
    left = Mark.objects.values_list("registration__event", "points")
    assert dict(left) == {doubled[0].pk: 2, doubled[1].pk: 0}


def test_the_pages_name_the_other_seat(aki, signed_in):
    now = timezone.now()
    first = factories.make_event(title="さきの会", starts_at=now + 5 * DAY)
    second = factories.make_event(
        title="あとの会", starts_at=first.starts_at + timedelta(minutes=15), calendar_sequence=1, terms_changed_at=now
    )
    for event in (first, second):
        factories.make_registration(event, aki)
    browser = signed_in(aki)
    assert "「あとの会」の席と重なりました" in browser.get(first.get_absolute_url()).content.decode()
    assert "「さきの会」の席と重なりました" in browser.get(second.get_absolute_url()).content.decode()
    mine = browser.get(reverse("events:mine")).content.decode()
    assert mine.count("の席と重なりました") == 2


def test_two_seats_at_one_time_without_a_move_are_a_breach(aki, doubled):
    assert nobody_sits_twice_at_one_time(NOW) == []
    Event.objects.update(terms_changed_at=None)
    assert len(nobody_sits_twice_at_one_time(NOW)) == 2
    change(doubled[0], title="ほかの名前")
    change(doubled[1], title="また、ほかの名前")
    assert len(nobody_sits_twice_at_one_time(NOW)) == 2


@pytest.mark.parametrize("which", [0, 1])
def test_a_seat_taken_after_the_move_is_a_breach(aki, doubled, which):
    moved_at = doubled[1].terms_changed_at
    Registration.objects.filter(event=doubled[which]).update(agreed_at=moved_at + HOUR)
    assert len(nobody_sits_twice_at_one_time(NOW)) == 2


# --- marks of evenings that then did not take place, or not then


def late_withdrawal(member: User, event: Event, at: datetime) -> Mark:
    seated(member, event)
    withdraw(member=member, event_id=event.pk, now=at)
    return Mark.objects.get(registration__member=member)


def test_an_evening_that_is_called_off_keeps_no_weight(aki):
    event = evening()
    mark = late_withdrawal(aki, event, START - 5 * HOUR)
    assert mark.points == 1
    call_off_event(event_id=event.pk, by=event.host, reason="体調不良のため", now=START - 2 * HOUR)
    mark.refresh_from_db()
    assert (mark.points, mark.spared_for) == (0, Sparing.CALLED_OFF)


@pytest.mark.parametrize(("days", "points"), [(7, 0), (0.5, 1)])
def test_an_evening_that_moves_away_takes_the_weight_with_it(aki, days, points):
    event = evening()
    mark = late_withdrawal(aki, event, START - 5 * HOUR)
    change(event, starts_at=START + days * DAY, now=START - 2 * HOUR)
    mark.refresh_from_db()
    assert mark.points == points


@pytest.mark.parametrize(
    ("minutes", "somebody_came", "marked"),
    [
        pytest.param(15, True, 1, id="a quarter of an hour"),
        pytest.param(14, True, 0, id="closed before people could arrive"),
        pytest.param(90, False, 0, id="nobody was noted"),
    ],
)
def test_an_evening_says_who_stayed_away_only_if_it_was_held(aki, mio, minutes, somebody_came, marked):
    event = evening()
    seated(aki, event)
    companion = seated(mio, event)
    if somebody_came:
        Attendance.objects.create(registration=companion, presence=Presence.PRESENT, recorded_at=START)
    close_event(event_id=event.pk, by=None, now=START + timedelta(minutes=minutes))
    assert mark_absences(now=START + 3 * HOUR) == marked


# --- a mistake, and the warning before the click


def test_a_seat_taken_by_mistake_is_given_back_within_the_hour(aki):
    event = evening(starts_at=NOW + 20 * HOUR)
    register(member=aki, event_id=event.pk, now=NOW)
    withdraw(member=aki, event_id=event.pk, now=NOW + timedelta(minutes=1))
    assert Mark.objects.get().spared_for == Sparing.SECOND_THOUGHT


def test_not_where_somebody_waits_for_it(aki, mio):
    event = evening(starts_at=NOW + 20 * HOUR, capacity=3)
    register(member=aki, event_id=event.pk, now=NOW)
    for _ in range(2):
        seated(factories.make_member(), event)
    register(member=mio, event_id=event.pk, now=NOW + timedelta(minutes=1))
    Registration.objects.update(is_first_timer=False)
    withdraw(member=aki, event_id=event.pk, now=NOW + timedelta(minutes=2))
    assert Mark.objects.get().points == 1


def test_a_second_thought_is_no_free_pass_for_the_evening(aki, mio):
    event = evening(starts_at=NOW + 20 * HOUR)
    Attendance.objects.create(registration=seated(mio, event), presence=Presence.PRESENT, recorded_at=NOW)
    register(member=aki, event_id=event.pk, now=NOW)
    withdraw(member=aki, event_id=event.pk, now=NOW + timedelta(minutes=1))
    register(member=aki, event_id=event.pk, now=NOW + timedelta(minutes=2))
    Registration.objects.update(is_first_timer=False)
    close_event(event_id=event.pk, by=None, now=event.ends_at)
    assert [mark_absences(now=event.ends_at + HOUR) for _ in range(2)] == [1, 0]
    mark = Mark.objects.get()
    assert (mark.kind, mark.points) == (MarkKind.NO_SHOW, 2)


@pytest.mark.parametrize(("hours", "warns"), [(20, True), (30, False)])
def test_the_form_warns_before_the_click(aki, signed_in, hours, warns):
    event = factories.make_event(starts_at=timezone.now() + hours * HOUR)
    page = signed_in(aki).get(reverse("events:register", args=[event.pk])).content.decode()
    assert ("始まる前の24時間に入っています" in page) == warns


@pytest.mark.parametrize(("hours", "sentence"), [(20, "24時間のうちにご案内した席"), (72, "までなら、取り消しても")])
def test_the_offer_says_what_giving_back_would_mean(aki, signed_in, hours, sentence):
    now = timezone.now()
    event = factories.make_event(starts_at=now + hours * HOUR)
    row = factories.make_registration(event, aki, state=RegistrationState.OFFERED)
    Offer.objects.create(registration=row, made_at=now, expires_at=now + HOUR)
    assert sentence in signed_in(aki).get(reverse("events:offer", args=[event.pk])).content.decode()


# --- deadlines in mails


def test_the_mail_names_the_deadline_that_holds_after_the_move(aki):
    event = evening()
    row = seated(aki, event, state=RegistrationState.OFFERED)
    Offer.objects.create(registration=row, made_at=NOW, expires_at=NOW + 33 * HOUR)
    change(event, starts_at=NOW + 6 * HOUR)
    assert Offer.objects.get().expires_at == NOW + 6 * HOUR
    assert f"{said(NOW + 6 * HOUR)}までお取りしています" in mail_to(aki, "event-changed")


def test_a_deadline_that_stays_is_named_too(aki):
    event = evening()
    row = seated(aki, event, state=RegistrationState.OFFERED)
    Offer.objects.create(registration=row, made_at=NOW, expires_at=NOW + 33 * HOUR)
    change(event, starts_at=START + DAY)
    assert f"{said(NOW + 33 * HOUR)}までお取りしています" in mail_to(aki, "event-changed")


def test_applicants_are_told_when_the_draw_moves_and_nobody_else(aki, mio):
    event = factories.make_lottery(now=BEFORE, starts_at=START, registration_closes_at=NOW + 5 * DAY)
    register(member=aki, event_id=event.pk, now=NOW)
    seated(mio, event, state=RegistrationState.WITHDRAWN)
    change(event, registration_closes_at=NOW + 3 * DAY)
    assert f"{said(NOW + 3 * DAY)}に締め切って抽選します" in mail_to(aki, "draw-moved")
    assert not OutgoingMail.objects.filter(to=mio).exists()


def test_who_applied_before_a_move_and_was_drawn_after_it_may_give_back(aki):
    event = factories.make_lottery(now=BEFORE, starts_at=START, registration_closes_at=NOW + 2 * DAY)
    register(member=aki, event_id=event.pk, now=NOW)
    change(event, starts_at=NOW + 5 * DAY, registration_closes_at=NOW + 2 * DAY, now=NOW + 2 * HOUR)
    hold_draw(event.pk, now=NOW + 2 * DAY)
    row = Registration.objects.get()
    assert (row.state, row.said_yes_at) == (RegistrationState.CONFIRMED, NOW)


def test_accepting_an_offer_is_saying_yes_to_what_it_is_now(aki):
    event = evening()
    row = seated(aki, event, state=RegistrationState.OFFERED)
    Offer.objects.create(registration=row, made_at=NOW, expires_at=NOW + 33 * HOUR)
    change(event, starts_at=START + DAY)
    accept_offer(member=aki, event_id=event.pk, now=NOW + HOUR)
    row.refresh_from_db()
    assert row.said_yes_at == NOW + HOUR


def test_a_draft_has_no_terms_yet(ren):
    event = evening(host=ren, state=EventState.DRAFT, published_at=None)
    assert change(event, starts_at=START + DAY).terms_changed_at is None
