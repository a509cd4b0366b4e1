"""Coming to an event and leaving it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from events.event.choices import Allotment, EventState
from events.event.queries import leaders
from events.event.rules.eligibility import NotEligible, why_not_join
from events.event.rules.first_timer import is_first_timer
from events.models import Event, Registration
from events.registration import mails
from events.registration.choices import Mode, RegistrationState
from events.registration.flows import lottery, mark
from events.registration.flows.seats import enter, free_seats, lock_event, move
from events.registration.flows.texts import screen_registration
from events.registration.flows.waitlist import close_open_offer, move_line
from events.registration.limits import SEATS
from events.registration.queries import candidates, marks
from events.registration.queries import registration as queries
from events.registration.rules.registration import (
    Newcomer,
    NoWithdrawal,
    SeatCounts,
    SeatOrLine,
    seat_for_newcomer,
    why_not_register,
    why_not_withdraw,
)
from kouryu.refusal import Refused
from kouryu.sweeps import HOURLY, sweep
from members.accounts.locks import lock_account, lock_member
from members.accounts.sql import theme_keys_of
from members.audit import audit
from members.models import User
from members.texts.choices import TextKind
from members.texts.flows import forget_waiting


def register(
    *,
    member: User,
    event_id: int,
    wants_to_talk: str = "",
    can_offer: str = "",
    shares_wish: bool = False,
    mode: Mode = Mode.TALK,
    now: datetime,
) -> Registration:
    """Give the member a seat or a place in line (or a ticket of the lottery), and mail them which; registering twice
    returns the first.

    Who withdrew and comes back stands at the end. Refused for the reasons of `why_not_register`. What others would
    read is screened: `NeedsMending` at the first find; from the second on the seat is given, and the words wait for a
    moderator.
    """
    shown = screen_registration(
        by=member, event_id=event_id, wants_to_talk=wants_to_talk, can_offer=can_offer, now=now
    ).shown
    answers = _Answers(shown[TextKind.WISH], shown[TextKind.OFFER], shares_wish=shares_wish, mode=mode)
    try:
        return _register(member, event_id, answers, now)
    except Refused:
        forget_waiting(by=member, about=event_id, now=now)  # words of no registration wait for nobody
        raise


@dataclass(frozen=True)
class _Answers:
    """What a member says of themselves when they register; others read the two texts as they were screened."""

    wants_to_talk: str
    can_offer: str
    shares_wish: bool
    mode: Mode


@transaction.atomic
def _register(member: User, event_id: int, answers: _Answers, now: datetime) -> Registration:
    lock_member(member.pk)
    record = marks.record_of(member, now)
    event = lock_event(event_id)
    window, has_leader = queries.registration_window_of(event), leaders.has_leader(event)
    known, other, _ = queries.at_that_time(member, event)
    if known and known.state != RegistrationState.WITHDRAWN:
        return known
    past = queries.past_of(member, record)
    newcomer = Newcomer(
        is_host=event.host_id == member.pk,
        has_name=bool(member.called_name),
        has_overlapping_seat=other is not None,
        not_eligible=_why_not_eligible(member, event, now),
        opens_at=marks.opens_at(event, record.points),
        went_often_today=known is not None and queries.withdrawals_today(known, now) >= SEATS.withdrawals_a_day,
    )
    if reason := why_not_register(window, newcomer, now, has_leader=has_leader):
        raise Refused(reason)

    registration = known or Registration(registered_at=now)
    registration.event, registration.member = event, member
    registration.wants_to_talk, registration.can_offer = answers.wants_to_talk, answers.can_offer
    registration.shares_wish, registration.mode = answers.shares_wish, answers.mode
    registration.is_first_timer = is_first_timer(past)
    registration.agreed_at = now
    if event.allotment == Allotment.LOTTERY:
        return lottery.apply(registration, event, now=now)
    return _place(registration, event, now=now)


@transaction.atomic
def withdraw(*, member: User, event_id: int, is_ill: bool = False, now: datetime) -> Registration:
    """Take a registration back, until the start; a seat goes on to the next in line at once.

    No reason is asked; a seat given up late leaves a mark. Withdrawing twice changes nothing.
    """
    lock_member(member.pk)
    registration = _lock_withdrawable(member, event_id, now=now)
    loss = mark.loss_ahead(registration, is_ill=is_ill, now=now)
    _give_back(registration, by=member, now=now)
    if loss:
        mark.mark_late_withdrawal(registration, loss, now=now)
    return registration


def _lock_withdrawable(member: User, event_id: int, *, now: datetime) -> Registration:
    """What the member can withdraw from now, or has withdrawn from, with the event locked."""
    event = lock_event(event_id)
    registration = event.registrations.select_related("event", "member__profile").filter(member=member).first()
    if registration and registration.state == RegistrationState.WITHDRAWN:
        return registration
    reason = why_not_withdraw(
        queries.registration_window_of(event),
        is_registered=registration is not None,
        now=now,
    )
    if reason or not registration:
        raise Refused(reason or NoWithdrawal.NOT_REGISTERED)
    return registration


def _give_back(registration: Registration, *, by: User | None, now: datetime) -> Registration:
    """Withdraw it and let the line move on. `by` is who did so, None for the site; the mail thanks the member alone."""
    if registration.state == RegistrationState.WITHDRAWN:
        return registration
    event, member = registration.event, registration.member

    was = RegistrationState(registration.state)
    close_open_offer(registration, now=now)
    move(registration, RegistrationState.WITHDRAWN, now=now)
    forget_waiting(by=member, about=event.pk, now=now)
    audit.record("registration.withdraw", registration, by=by, now=now)
    mails.seat_withdrawn(registration, was=was, is_own_act=by == member, now=now)
    move_line(event, now=now)
    return registration


def give_back_seats(*, member: User, until: datetime | None, by: User | None, now: datetime) -> int:
    """Withdraw a member from every evening that begins before `until`, from all where that is None; returns from
    how many.

    For members who cannot come because staff put them out until then, or whose account goes: their seats go on to
    those who wait.
    """
    registrations = Registration.objects.live().filter(member=member, event__state=EventState.PUBLISHED)
    ahead = registrations.filter(event__starts_at__gt=now)
    ahead = ahead.filter(event__starts_at__lt=until) if until else ahead
    event_ids = list(ahead.order_by("event_id").values_list("event_id", flat=True))
    for event_id in event_ids:
        with transaction.atomic():
            lock_account(member.pk)
            _give_back(_lock_withdrawable(member, event_id, now=now), by=by, now=now)
    return len(event_ids)


@sweep("give-back-unpaid-seats", every=HOURLY)
def give_back_unpaid_seats(*, now: datetime) -> int:
    """Withdraw from coming evenings whoever has no paid day and no day of grace left; returns how many that were.

    Their page is shut to them: an offer would only keep others waiting. One registration per transaction.
    """
    return sum(_give_back_unpaid(one, now=now) for one in queries.registrations_without_a_paid_day(now))


@transaction.atomic
def _give_back_unpaid(registration: Registration, *, now: datetime) -> bool:
    """Withdraw it, unless its member has paid meanwhile: confirming a payment takes the member's lock, too."""
    lock_account(registration.member_id)
    if not queries.registrations_without_a_paid_day(now).filter(pk=registration.pk).exists():
        return False
    _give_back(_lock_withdrawable(registration.member, registration.event_id, now=now), by=None, now=now)
    return True


def _place(registration: Registration, event: Event, *, now: datetime) -> Registration:
    """Write the seat or the place in line of somebody who may come."""
    counts = queries.seat_counts_of(event, now)
    place, member = counts.next_queue_number, registration.member
    if seat_for_newcomer(counts, is_first_timer=registration.is_first_timer) == SeatOrLine.SEAT:
        seat = _free_seat(event, counts)
        enter(registration, RegistrationState.CONFIRMED, queue_number=place, seat=seat, now=now)
        audit.record("registration.confirm", registration, by=member, now=now)
        mails.seat_confirmed(registration, now=now)
    else:
        enter(registration, RegistrationState.WAITING, queue_number=place, now=now)
        audit.record("registration.wait", registration, by=member, now=now)
        mails.seat_waiting(registration, place=counts.waiting + 1, now=now)
    return registration


def _free_seat(event: Event, counts: SeatCounts) -> int:
    """The lowest free seat; every number is read only where one below the highest is free."""
    return free_seats(event)[0] if counts.has_gap else counts.taken + 1


def _why_not_eligible(member: User, event: Event, now: datetime) -> NotEligible | None:
    conditions = queries.conditions_of(event)
    if not conditions:
        return None
    themes = theme_keys_of(member) if "theme" in conditions else frozenset()
    candidate = candidates.candidate_of(member, conditions, event=event, themes=themes, now=now)
    return why_not_join(candidate, conditions)
