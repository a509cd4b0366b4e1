"""What must always be true of what people keep and say after an evening, and of what is counted from it.

Part of `feedback.invariants.cases`. No sentence says what was said.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime, timedelta
from itertools import chain

from django.db.models import Count, Exists, F, Max, Model, OuterRef, Q
from django.utils import timezone

from events.models import Attendance, Registration
from events.registration.choices import Presence
from feedback.growth.choices import StepState
from feedback.invariants.letters import beside
from feedback.letters.limits import OWN_STRENGTHS
from feedback.models import (
    Acquaintance,
    AnonymousPicks,
    AnonymousPicksOff,
    BaseRates,
    Case,
    CheckConsent,
    ContactOffer,
    Decision,
    Help,
    Impression,
    Intention,
    IntroducerThanks,
    Introduction,
    MirrorSnapshot,
    MonthFigures,
    NextStep,
    Normal,
    NotedEvening,
    Ordinary,
    OwnView,
    PersonBehind,
    Report,
    SelfStrengthSet,
    ShortNote,
    Skip,
    Statement,
    StrengthFeedback,
    TakeHomeNote,
    Talk,
    Thanks,
    Tie,
    TurningPoint,
    Wonder,
)
from members.audit.checking import future_breaches, gone, noted, then

OWN_DAYS = (0, 30, 90)


@then("Ask the member; only who was there keeps something of an evening or says how it was.")
def what_is_said_of_an_evening_is_of_who_was_there(now: datetime) -> list[str]:
    there = Attendance.objects.filter(
        presence=Presence.PRESENT, registration__member=OuterRef("member"), registration__event=OuterRef("event")
    )
    came = Registration.objects.filter(member=OuterRef("member"), event=OuterRef("event"))
    pair = beside("giver", "receiver", "event")
    rows = chain(
        Impression.objects.filter(member__isnull=False).exclude(Exists(there)),
        TakeHomeNote.objects.exclude(Exists(there)),
        Ordinary.objects.exclude(Exists(came)),
        Thanks.objects.exclude(Exists(pair)),
        Skip.objects.exclude(Exists(pair)),
    )
    return [f"{row} is of somebody who was not there" for row in rows]


@then("Compare with the record of acts, and with what the member concerned was told.")
def cases_and_decisions_are_as_noted(now: datetime) -> list[str]:
    """Each decision has the line of whoever made it, then; each case its reports, and none came after the decision.
    Whoever holds a case, and so may read its words, took it.
    """
    decided = noted(
        Case,
        "decide-case",
        why=OuterRef("decision__kind"),
        by=OuterRef("decision__decided_by"),
        at=OuterRef("decision__decided_at"),
    )
    unsaid = Q(decision__isnull=False, decision__decided_by__isnull=False) & ~Q(decided)
    silent = ~Q(Exists(Report.objects.filter(case=OuterRef("pk"))))
    taken = Q(state="taken", taken_at=None) | Q(decision__decided_at__lt=F("taken_at"))
    taken |= Q(taken_by__isnull=False) & ~Q(noted(Case, "take-case", by=OuterRef("taken_by")))
    late = Report.objects.filter(case__decision__decided_at__lt=F("reported_at")).order_by("pk")
    return [
        f"case {case.pk} is not as its lines say"
        for case in Case.objects.filter(unsaid | silent | taken).order_by("pk")
    ] + [f"report {report.pk} came into a case that was decided" for report in late]


@then("Ask the member; what they chose before stays as its own version.")
def own_strengths_have_every_version(now: datetime) -> list[str]:
    rows = SelfStrengthSet.objects.values("member").annotate(number=Count("pk"), last=Max("version"))
    most = SelfStrengthSet.objects.filter(Q(**{f"picks__{OWN_STRENGTHS.picks}__isnull": False})).order_by("pk")
    return [
        f"user {row['member']}: {row['number']} sets of own strengths, the last is number {row['last']}"
        for row in rows.exclude(number=F("last")).order_by("member")
    ] + [f"set {chosen.pk} holds more strengths than can be chosen" for chosen in most]


@then("Ask the member whether they agreed; without a consent nothing of theirs may be checked by a program.")
def consents_were_given(now: datetime) -> list[str]:
    given = noted(CheckConsent, "agree-to-check", by=OuterRef("member"), at=OuterRef("given_at"))
    back = Q(revoked_at__isnull=False) & (Q(revoked_at__lt=F("given_at")) | ~Q(noted(CheckConsent, "revoke-check")))
    broken = CheckConsent.objects.filter(~Q(given) | back).order_by("pk")
    return [f"check consent {consent.pk} is not as its lines say" for consent in broken]


@then("Take the name away until the person has said so themselves.")
def named_people_agreed(now: datetime) -> list[str]:
    """A name stands beside a turning point only after a yes, and thanks go only to who was there when two met."""
    silent = Q(agreed__isnull=False) & (Q(answered_at=None) | Q(answered_at__lt=F("asked_at")) | Q(asks=False))
    oneself = Q(person=F("turning_point__member"))
    behind = PersonBehind.objects.filter(silent | oneself).order_by("pk")
    ends = Q(giver=F("introduction__one")) | Q(giver=F("introduction__other"))
    thanks = IntroducerThanks.objects.exclude(ends, introduction__formed_at__isnull=False).order_by("pk")
    return [f"{row} {row.pk} is without a yes" for row in behind] + [f"{row} are of somebody else" for row in thanks]


@then("Publish these figures no longer; figures that were shown are never computed again.")
def figures_and_rates_are_of_their_time(now: datetime) -> list[str]:
    """A month is counted when it is over, a night in that night, and each month and period is told once."""
    rates = [f"{row}" for row in BaseRates.objects.order_by("pk") if not _is_of_its_night(row)]
    months = [
        f"figures {row.pk}"
        for row in MonthFigures.objects.order_by("pk")
        if row.month.day != 1 or timezone.localdate(row.frozen_at) <= _last_day(row.month)
    ]
    others = Statement.objects.exclude(period=None).exclude(period__member=F("member"))
    early = Statement.objects.filter(Q(settled_at__lt=F("made_at")) | ~Q(month__day=1))
    statements = [f"statement {pk}" for pk in others.union(early).values_list("pk", flat=True)]
    return [f"{what} is not of its time" for what in [*rates, *months, *statements]]


@then("Ask the member: these are answers and days that only they wrote.")
def own_days_are_possible(now: datetime) -> list[str]:
    views = OwnView.objects.exclude(day__in=OWN_DAYS)
    steps = NextStep.objects.filter(
        Q(on__lt=F("first_on")) | (~Q(state=StepState.OPEN) & Q(settled_at__lt=F("decided_at")))
    )
    rows = chain(views.order_by("pk"), steps.order_by("pk"))
    return [f"{row} cannot have been written so" for row in rows]


def _is_of_its_night(rates: BaseRates) -> bool:
    """Until the hour of the night's work has come, the day before is the one that is computed."""
    day = timezone.localdate(rates.computed_at)
    return day - timedelta(days=1) <= rates.computed_on <= day


def _last_day(month):
    return month.replace(day=monthrange(month.year, month.month)[1])


KEPT: dict[type[Model], tuple[str, ...]] = {
    Case: ("take-case", "decide-case", "notice-pair"),
    CheckConsent: ("agree-to-check",),
    Report: ("report",),
    SelfStrengthSet: ("choose-own-strengths",),
    StrengthFeedback: ("write-letter",),
    Thanks: ("thank",),
}


@then("Find out who wrote into the database, and put the row back from a backup: nothing here deletes one.")
def feedback_rows_are_still_there(now: datetime) -> list[str]:
    """And a case that was decided has its decision."""
    decided = Case.objects.filter(noted(Case, "decide-case"), decision=None).order_by("pk")
    return gone(KEPT) + [f"the decision of case {case.pk} is gone" for case in decided]


MOMENTS: dict[type[Model], list[str]] = {
    Acquaintance: ["met_at", "latest_at"],
    BaseRates: ["computed_at"],
    Case: ["opened_at", "taken_at"],
    CheckConsent: ["given_at", "revoked_at"],
    ContactOffer: ["offered_at"],
    Decision: ["decided_at"],
    Help: ["noted_at"],
    Impression: ["answered_at"],
    Intention: ["chosen_at", "settled_at", "taken_back_at"],
    IntroducerThanks: ["thanked_at"],
    Introduction: ["made_at", "formed_at"],
    MirrorSnapshot: ["taken_at"],
    MonthFigures: ["frozen_at"],
    AnonymousPicksOff: ["since"],
    AnonymousPicks: ["left_at", "dropped_at"],
    NextStep: ["decided_at", "settled_at"],
    Normal: ["written_at"],
    NotedEvening: ["noted_at"],
    Ordinary: ["noted_at"],
    OwnView: ["answered_at"],
    PersonBehind: ["asked_at", "answered_at", "taken_back_at"],
    Report: ["reported_at"],
    SelfStrengthSet: ["chosen_at"],
    ShortNote: ["written_at", "seen_at"],
    Statement: ["made_at", "settled_at"],
    StrengthFeedback: ["written_at", "released_at", "opened_at", "put_away_at", "regretted_at", "refused_at"],
    TakeHomeNote: ["written_at"],
    Talk: ["proposed_at", "settled_at", "held_at"],
    Thanks: ["thanked_at"],
    Tie: ["formed_at", "ended_at"],
    TurningPoint: ["recorded_at"],
    Wonder: ["written_at", "put_away_at"],
}


@then("See whether a clock was ahead. What is dated ahead is not believed; put the time right when the clock is.")
def feedback_moments_have_come(now: datetime) -> list[str]:
    return future_breaches(MOMENTS, now)


CHECKS = [
    what_is_said_of_an_evening_is_of_who_was_there,
    cases_and_decisions_are_as_noted,
    own_strengths_have_every_version,
    consents_were_given,
    named_people_agreed,
    figures_and_rates_are_of_their_time,
    own_days_are_possible,
    feedback_rows_are_still_there,
    feedback_moments_have_come,
]
