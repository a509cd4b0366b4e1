"""What is known of a member, for the conditions of an event."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from django.db.models import Count, Exists, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from events.event.choices import Combined, EventState
from events.event.rules.eligibility import AskedCondition, Candidate, Conditions, why_not_join
from events.models import Attendance, Event, Invitation, Registration
from events.registration.choices import Presence
from events.registration.queries import marks
from members.affinity.queries import affinities_of
from members.models import Period, User

RECORDED = ("earlier-events", "first-timer", "plan", "invited")  # what no profile holds
OTHERS_SHOWN = 3
OTHERS_LOOKED_AT = 200  # rows, one for each condition of an event


def candidate_of(
    member: User, conditions: Conditions, *, event: Event, themes: frozenset[str], now: datetime
) -> Candidate:
    """The rule's view of a member. What is no part of the profile is asked only where a condition needs it."""
    candidate = from_profile(member, themes=themes, now=now)
    if "series" in conditions:
        candidate = replace(candidate, series=series_of(member))
    if "affinity" in conditions:
        candidate = with_affinities(candidate, member)
    return with_record(candidate, member, event=event, now=now) if needs_record(conditions) else candidate


def needs_record(conditions: Conditions) -> bool:
    """Whether something is asked that no profile holds."""
    return any(kind in conditions for kind in RECORDED)


def from_profile(member: User, *, themes: frozenset[str], now: datetime) -> Candidate:
    """What a member has told, and since when they are one. No query; `themes` come from the caller."""
    profile = member.profile
    return Candidate(
        industry=profile.industry,
        occupation=profile.occupation,
        work_status=profile.work_status,
        position=profile.position,
        years_at_company=profile.years_at_company,
        prefecture=profile.prefecture,
        themes=themes,
        months_as_member=full_months(timezone.localdate(member.joined_at), timezone.localdate(now)),
    )


def with_record(candidate: Candidate, member: User, *, event: Event, now: datetime) -> Candidate:
    """The candidate with what the site has noted, in one query: evenings attended, seats given up, the plan of
    today, an invitation to this event.
    """
    there = Attendance.objects.filter(registration__member=OuterRef("pk"), presence=Presence.PRESENT)
    number = there.order_by().values("registration__member").annotate(number=Count("pk")).values("number")
    attended, given_up, plan, invited = (
        User.objects.filter(pk=member.pk)
        .annotate(
            attended=Coalesce(Subquery(number), 0),
            given_up=Coalesce(Subquery(marks.number_given_up()), 0),
            plan_today=Coalesce(Subquery(plan_of_today(timezone.localdate(now))), Value("")),
            invited=Exists(Invitation.objects.filter(event=event, member=OuterRef("pk"))),
        )
        .values_list("attended", "given_up", "plan_today", "invited")
        .get()
    )
    return replace(candidate, events_attended=attended, seats_given_up=given_up, plan=plan, is_invited=invited)


def series_of(member: User) -> frozenset[str]:
    """The ids of the series of which this member attended an event."""
    there = member.registrations.filter(attendance__presence=Presence.PRESENT, event__series__isnull=False)
    return frozenset(str(pk) for pk in there.values_list("event__series", flat=True))


def with_affinities(candidate: Candidate, member: User) -> Candidate:
    """The candidate with the groups that this member put themselves into, and those that they could."""
    own = affinities_of(member)
    return replace(candidate, affinities=own.joined, open_affinities=own.open)


def plan_of(member: User, *, now: datetime) -> str:
    """The key of the plan that pays for this member's day, or ""."""
    this = User.objects.filter(pk=member.pk).annotate(plan_today=Subquery(plan_of_today(timezone.localdate(now))))
    return this.values_list("plan_today", flat=True).get() or ""


def plan_of_today(today: date):
    """The key of the plan that pays for a member's day; of granted days there is none. For a `Subquery`."""
    current = Period.objects.filter(member=OuterRef("pk"), starts_on__lte=today, ends_on__gt=today, plan__isnull=False)
    return current.order_by("-starts_on").values("plan__key")[:1]


def full_months(since: date, today: date) -> int:
    """How many whole months lie between two days; the last day of a short month counts as its end."""
    months = (today.year - since.year) * 12 + today.month - since.month
    return max(0, months - (today.day < since.day))


# --- what else would suit somebody who does not fit


@dataclass(frozen=True)
class OtherEvent:
    """Another event, as much of it as a link needs."""

    pk: int
    title: str
    starts_at: datetime
    themes: frozenset[str]


def others_that_fit(
    member: User, candidate: Candidate, conditions: Conditions, *, event: Event, now: datetime
) -> list[OtherEvent]:
    """Up to three coming events with a free seat that this member fits; shared themes first, then the soonest.

    `candidate` is what `candidate_of` found for the `conditions` of `event`. One query more, or two, and only for
    somebody who was just told that they do not fit.
    """
    if not needs_record(conditions):
        candidate = with_record(candidate, member, event=event, now=now)
    coming = list(_coming(member, event, now))
    if any("series" in asked for _, asked, _ in coming):
        candidate = replace(candidate, series=series_of(member))
    if any("affinity" in asked for _, asked, _ in coming):
        candidate = with_affinities(candidate, member)
    fitting = [
        suggestion
        for suggestion, asked, is_invited in coming
        if why_not_join(replace(candidate, is_invited=is_invited), asked) is None
    ]
    return sorted(fitting, key=lambda one: not one.themes & candidate.themes)[:OTHERS_SHOWN]


def _coming(member: User, event: Event, now: datetime) -> Iterator[tuple[OtherEvent, Conditions, bool]]:
    """Soonest first, each with its conditions, from one query that has a row for each condition."""
    seated = Registration.objects.filter(event=OuterRef("pk")).seated().order_by()
    taken = Coalesce(Subquery(seated.values("event").annotate(number=Count("pk")).values("number")), 0)
    open_events = (
        Event.objects.visible_to(member)
        .filter(state=EventState.PUBLISHED, registration_closes_at__gt=now, starts_at__gt=now)
        .exclude(pk=event.pk)
        .led()
        .exclude(host=member)
        .exclude(pk__in=member.registrations.live().values("event"))
        .annotate(taken=taken, invited=Exists(Invitation.objects.filter(event=OuterRef("pk"), member=member)))
        .filter(taken__lt=F("capacity"))
        .order_by("starts_at", "pk")
    )
    rows = open_events.values_list(
        "pk",
        "title",
        "starts_at",
        "themes",
        "invited",
        "conditions_combined",
        "conditions__kind",
        "conditions__values",
    )
    found = list(rows[:OTHERS_LOOKED_AT])
    if len(found) == OTHERS_LOOKED_AT:  # the last event may have conditions that were not read
        found = [row for row in found if row[0] != found[-1][0]]
    for _, group in groupby(found, key=lambda row: row[0]):
        yield _read(list(group))


def _read(rows: Collection[tuple]) -> tuple[OtherEvent, Conditions, bool]:
    pk, title, starts_at, themes, invited, combined, *_ = next(iter(rows))
    asked = tuple(AskedCondition(row[6], frozenset(row[7])) for row in rows if row[6])
    suggestion = OtherEvent(pk, title, starts_at, frozenset(themes))
    return suggestion, Conditions(asked, any_is_enough=combined == Combined.ANY), invited
