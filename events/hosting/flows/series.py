"""Series: repeating an event, making further dates, and changing all that are to come."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from events.event.choices import EventState, Pattern
from events.event.rules.event import EventPlan
from events.event.rules.series import (
    OneOfSeries,
    Recurrence,
    follows,
    is_left_alone,
    on_another_date,
    on_the_wall,
    publishes_at,
    why_not_begin,
    why_not_on,
    within_reach,
)
from events.hosting.flows.event import apply_change, keep_draft
from events.hosting.queries import hosting as queries
from events.models import Event, Series
from events.registration.flows.seats import lock_event
from events.registration.flows.texts import screen_plan
from kouryu.refusal import Refused
from members.audit import audit
from members.models import User


@transaction.atomic
def begin_series(
    *,
    event_id: int,
    pattern: Pattern,
    count: int,
    chosen: list[datetime],
    publish_before: timedelta | None,
    zone: ZoneInfo,
    by: User,
    now: datetime,
) -> Series:
    """Make an event the first of a series, and a draft like it on each chosen one of the next `count` dates.

    Each draft publishes itself `publish_before` its start. Refuses what `why_not_begin` and `why_not_on` say.
    """
    event = lock_event(event_id)
    if reason := why_not_begin(event.state, in_series=event.series_id is not None):
        raise Refused(reason)
    first = on_the_wall(event.starts_at, zone)
    series = Series.objects.create(
        host=event.host,
        pattern=pattern,
        first_on=first.date(),
        first_at=first.time(),
        zone=zone.key,
        passed=1,
        created_at=now,
    )
    event.series = series
    event.save(update_fields=["series"])
    audit.record("series.begin", series, by=by, now=now, why=pattern.value)
    _make_drafts(series, queries.plan_of(event), count, chosen, publish_before, by=by, now=now)
    return series


@transaction.atomic
def continue_series(
    *, series_id: int, count: int, chosen: list[datetime], publish_before: timedelta | None, by: User, now: datetime
) -> Series:
    """Make a draft on each chosen one of the next `count` dates, like the latest date that still takes place.

    Refuses what `why_not_on` says: so a second click finds its dates made, and changes nothing.
    """
    series = _lock_series(series_id)
    latest = series.events.exclude(state=EventState.CALLED_OFF).order_by("changed_alone", "-starts_at", "-pk").first()
    plan = queries.plan_of(latest or series.events.latest("starts_at"))
    audit.record("series.continue", series, by=by, now=now)
    _make_drafts(series, plan, count, chosen, publish_before, by=by, now=now)
    return series


@dataclass
class ChangedSeries:
    """Which coming dates follow a change, and which stay as they are."""

    changed: list[Event] = field(default_factory=list)
    left: list[Event] = field(default_factory=list)


def change_series(*, event_id: int, by: User, plan: EventPlan, seen_version: int, now: datetime) -> ChangedSeries:
    """Change this event as `apply_change` does, and with it each coming draft of its series that nobody changed alone.

    What is published, or was changed alone, stays; so does a date on which the changed plan would have a fault. Further
    dates are made with the changed recurrence. What members would read is screened.
    """
    shown = screen_plan(plan, by=by, event=Event.objects.get(pk=event_id), now=now)
    return _change_series(event_id, by, shown, seen_version, now)


@transaction.atomic
def _change_series(event_id: int, by: User, plan: EventPlan, seen_version: int, now: datetime) -> ChangedSeries:
    series = _lock_series(Event.objects.values_list("series_id", flat=True).get(pk=event_id))
    was = Event.objects.values_list("starts_at", flat=True).get(pk=event_id)
    apply_change(event_id=event_id, by=by, plan=plan, seen_version=seen_version, now=now)
    _move_recurrence(series, plan, was)
    done = ChangedSeries()
    others = series.events.filter(starts_at__gt=now).exclude(pk=event_id).exclude(state=EventState.CALLED_OFF)
    for pk in others.order_by("starts_at", "pk").values_list("pk", flat=True):
        _let_follow(lock_event(pk), plan, was, series.zone_info, done, by=by, now=now)
    return done


def _let_follow(
    event: Event, plan: EventPlan, was: datetime, zone: ZoneInfo, done: ChangedSeries, *, by: User, now: datetime
) -> None:
    if is_left_alone(OneOfSeries(event.state, event.starts_at, event.changed_alone), now=now):
        done.left.append(event)
        return
    theirs = follows(plan, event.starts_at, was=was, zone=zone)
    try:
        changed = apply_change(event_id=event.pk, by=by, plan=theirs, seen_version=event.version, now=now)
    except Refused:  # too far away by now, say: its host sees it among those that stayed
        done.left.append(event)
    else:
        done.changed.append(changed)


def _move_recurrence(series: Series, plan: EventPlan, was: datetime) -> None:
    shift = on_the_wall(plan.starts_at, series.zone_info) - on_the_wall(was, series.zone_info)
    first = series.recurrence.first + shift
    series.first_on, series.first_at = first.date(), first.time()
    series.save(update_fields=["first_on", "first_at"])


def _make_drafts(
    series: Series,
    plan: EventPlan,
    count: int,
    chosen: list[datetime],
    publish_before: timedelta | None,
    *,
    by: User,
    now: datetime,
) -> None:
    possible = dates_ahead(series.recurrence, series.zone_info, passed=series.passed, count=count, now=now)
    if reason := why_not_on(chosen, possible):
        raise Refused(reason)
    for moment in sorted(chosen):
        theirs = on_another_date(plan, moment, series.zone_info)
        event = keep_draft(by=by, host=series.host, plan=theirs, now=now)
        event.series = series
        if publish_before:
            event.publish_at = publishes_at(theirs, publish_before, series.zone_info, now=now)
        event.save(update_fields=["series", "publish_at"])
    series.passed += count
    series.save(update_fields=["passed"])


def dates_ahead(recurrence: Recurrence, zone: ZoneInfo, *, passed: int, count: int, now: datetime) -> list[datetime]:
    """The next dates of a recurrence that can be planned today; the page shows them before the flow makes them."""
    return within_reach(recurrence.moments(zone, after=passed, count=count), now=now)


def _lock_series(series_id: int) -> Series:
    """Before any of its events: of two who change a whole series, the second waits here and not halfway."""
    return Series.objects.select_for_update(no_key=True).get(pk=series_id)
