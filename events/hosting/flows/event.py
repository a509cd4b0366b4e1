"""Events: planning, publishing, changing and calling off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from events.event.choices import EVENT_MOVES, EventState
from events.event.models import IN_CALENDARS
from events.event.queries import leaders
from events.event.rules.event import (
    COLUMNS,
    EventPlan,
    NoHosting,
    changes_terms,
    faults_in,
    moves_draw,
    needs_new_calendar,
    why_not_call_off,
    why_not_change,
    why_not_publish,
)
from events.hosting import mails
from events.hosting.limits import CHANGES
from events.hosting.queries.hosting import event_facts_of, plan_of
from events.models import Condition, Event, Offer, Registration, RunSheetItem
from events.registration.choices import RegistrationState
from events.registration.flows import lottery, mark, waitlist
from events.registration.flows.seats import lock_event
from events.registration.flows.texts import WAITING, screen_line, screen_plan
from events.registration.queries import marks
from events.registration.queries.registration import lines_about
from kouryu.clock import within
from kouryu.moves import move_to
from kouryu.numbers import DAY
from kouryu.refusal import Refused
from members.audit import audit
from members.models import User
from members.texts.choices import TextKind
from members.texts.flows import settle_texts


def plan_event(*, by: User, plan: EventPlan, now: datetime) -> Event:
    """Keep a new draft of `by`; nobody is told. Refuses a plan with faults; what members would read is screened."""
    if faults_in(plan, now=now):
        raise Refused(NoHosting.PLAN_FAULTY)
    shown = screen_plan(plan, by=by, event=None, now=now)
    with transaction.atomic():
        event = keep_draft(by=by, host=by, plan=shown, now=now)
        settle_texts(by=by, about=event.pk)
        return event


@transaction.atomic
def keep_draft(*, by: User, host: User, plan: EventPlan, now: datetime) -> Event:
    """Keep a new draft of the `host` for whom `by` acts, with words that stand at another event already."""
    if faults_in(plan, now=now):
        raise Refused(NoHosting.PLAN_FAULTY)
    event = Event(host=host, created_at=now)
    _write(event, plan)
    event.save(force_insert=True)
    _write_rows(event, plan)
    audit.record("event.plan", event, by=by, now=now, why="" if by == host else str(host.pk))
    return event


def change_event(*, event_id: int, by: User, plan: EventPlan, seen_version: int, now: datetime) -> Event:
    """Change one event, as `apply_change` does, with words that were screened. One of a series follows the others no
    longer.
    """
    shown = screen_plan(plan, by=by, event=Event.objects.get(pk=event_id), now=now)
    return _change_alone(event_id, by, shown, seen_version, now)


@transaction.atomic
def _change_alone(event_id: int, by: User, plan: EventPlan, seen_version: int, now: datetime) -> Event:
    event = lock_event(event_id)
    before = event.version
    event = apply_change(event_id=event_id, by=by, plan=plan, seen_version=seen_version, now=now)
    if event.series_id and event.version != before:
        event.changed_alone = True
        event.save(update_fields=["changed_alone"])
    return event


@transaction.atomic
def apply_change(*, event_id: int, by: User, plan: EventPlan, seen_version: int, now: datetime) -> Event:
    """Write a changed plan over the event. New times or a new place are mailed to everybody concerned, with a new
    calendar file, and so are other promises and conditions; added seats go to those waiting, and fewer seats take none
    away. Refuses what `why_not_change` says and a plan with faults.
    """
    event = lock_event(event_id)
    old = plan_of(event)
    reason = why_not_change(old, plan, event_facts_of(event), seen_version=seen_version, now=now)
    if reason:
        raise Refused(reason)
    if faults_in(plan, now=now, old=old):
        raise Refused(NoHosting.PLAN_FAULTY)
    if plan == old:
        return event
    changed = [name for name in COLUMNS if getattr(old, name) != getattr(plan, name)]
    is_published = event.state == EventState.PUBLISHED
    moves = is_published and needs_new_calendar(old, plan)
    is_other = is_published and changes_terms(old, plan)
    moves_the_draw = is_published and moves_draw(old, plan)
    if (is_other or moves_the_draw) and _has_told_enough(event, by, now):
        raise Refused(NoHosting.CHANGED_OFTEN)
    _write(event, plan)
    event.version += 1
    if moves or (is_published and old.title != plan.title):
        event.note_calendar_change(now)
    if is_other:
        event.terms_changed_at = now
    event.save(update_fields=[*COLUMNS, "version", "terms_changed_at", *IN_CALENDARS])
    event.conditions.all().delete()
    event.run_sheet.all().delete()
    _write_rows(event, plan)
    audit.record("event.change", event, by=by, now=now, fields=changed)
    if is_published:
        # Before anybody is told: the mails name the deadlines that hold from now on.
        waitlist.end_offers_by_the_start(event)
    if is_other:
        mark.spare_what_moved_away(event)
        tell_of_change(event, moves=moves, now=now)
    elif moves_the_draw:
        _tell(event.registrations.applied(), mails.draw_moved, event, now)
    if is_published:
        waitlist.move_line(event, now=now)
    return event


def _has_told_enough(event: Event, by: User, now: datetime) -> bool:
    """Counted for each who leads it: who helps a host cannot use up the changes that are the host's."""
    today = lines_about(event, "event.change").filter(by=by, at__range=within(DAY, now))
    return today.count() >= CHANGES.a_day


def tell_of_change(event: Event, *, moves: bool, has_new_host: bool = False, now: datetime) -> None:
    """Mail everybody what holds now; who sits elsewhere at that time by now is told where."""
    elsewhere = {row.member_id: row.event for row in marks.double_seats(event).filter(member__in=_seated(event))}
    deadlines = dict(
        Offer.objects.unanswered().filter(registration__event=event).values_list("registration", "expires_at")
    )
    for registration in event.registrations.live().select_related("member__profile"):
        registration.event = event
        is_seated = registration.state == RegistrationState.CONFIRMED
        mails.event_changed(
            registration,
            moves=moves,
            has_new_host=has_new_host,
            free_until=marks.free_until_for(registration) if is_seated else None,
            elsewhere=elsewhere.get(registration.member_id),
            deadline=deadlines.get(registration.pk),
            now=now,
        )


def _seated(event: Event) -> QuerySet[Any, Any]:
    return event.registrations.confirmed().values("member")


@transaction.atomic
def publish_event(*, event_id: int, by: User | None, now: datetime) -> Event:
    """Show a draft to the members. Publishing twice changes nothing; refuses what `why_not_publish` says.

    `by` is None when the site publishes at the moment that the host chose.
    """
    event = lock_event(event_id)
    if event.state == EventState.PUBLISHED:
        return event
    if reason := why_not_publish(plan_of(event), event_facts_of(event), now=now):
        raise Refused(reason)
    if not leaders.has_leader(event):
        raise Refused(NoHosting.NO_LEADER)
    move_to(event, EventState.PUBLISHED, EVENT_MOVES)
    event.published_at, event.publish_at = now, None
    event.save(update_fields=["state", "published_at", "publish_at"])
    lottery.prepare_draw(event)
    audit.record("event.publish", event, by=by, now=now)
    return event


def call_off_event(*, event_id: int, by: User, reason: str, now: datetime) -> Event:
    """Call an event off; everybody with a seat, an offer or a place in line is told, and their calendars too.

    Calling off twice changes nothing. Refuses an event that is over, and a published one without a reason. The reason
    is screened; one that waits for a moderator goes out as "being looked at".
    """
    event = Event.objects.get(pk=event_id)
    shown = screen_line(TextKind.CALL_OFF, reason, by=by, event=event, before=event.called_off_reason, now=now)
    return _call_off(event_id, by, shown or (WAITING if reason.strip() else ""), now)


@transaction.atomic
def _call_off(event_id: int, by: User, reason: str, now: datetime) -> Event:
    event = lock_event(event_id)
    if event.state == EventState.CALLED_OFF:
        return event
    if refusal := why_not_call_off(event_facts_of(event), reason):
        raise Refused(refusal)
    move_to(event, EventState.CALLED_OFF, EVENT_MOVES)
    event.called_off_reason = reason.strip()
    event.note_calendar_change(now)
    event.version += 1
    event.save(update_fields=["state", "called_off_reason", "version", *IN_CALENDARS])
    audit.record("event.call-off", event, by=by, now=now)
    mark.spare_what_was_called_off(event)
    _tell(event.registrations.live(), mails.called_off, event, now)
    return event


def _write(event: Event, plan: EventPlan) -> None:
    for name in COLUMNS:
        value = getattr(plan, name)
        setattr(event, name, list(value) if isinstance(value, tuple) else value)


def _write_rows(event: Event, plan: EventPlan) -> None:
    Condition.objects.bulk_create(
        Condition(event=event, kind=kind, values=list(values)) for kind, values in plan.conditions
    )
    RunSheetItem.objects.bulk_create(
        RunSheetItem(event=event, position=position, **asdict(item)) for position, item in enumerate(plan.run_sheet, 1)
    )


def _tell(registrations: QuerySet[Registration], mail: Callable[..., None], event: Event, now: datetime) -> None:
    for registration in registrations.select_related("member__profile"):
        mail(registration, event=event, now=now)
