"""What did the fee give in one month? Sums of what was written down, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from events.models import Attendance, Event, Seat
from events.registration.choices import Presence
from feedback.growth.choices import StepState
from feedback.growth.rules.statement import OfferFacts, PaidDays, share_of
from feedback.letters.choices import NOT_GIVEN
from feedback.mirror.rules.month import Month
from feedback.models import NextStep, Statement, StrengthFeedback, Talk, Tie
from feedback.ties.choices import TalkState
from members.membership.choices import DueState
from members.membership.queries import offered_plans
from members.membership.rules import price_a_month
from members.models import Due, Period, PricePlan, Suspension, User


@dataclass(frozen=True)
class Sums:
    """One month of one member."""

    month: Month
    periods: list[Period]
    dues: list[Due]  # that were paid in the month, for whatever days
    evenings: list[Event]
    people_met: int
    industries_met: int
    letters_received: int
    letters_given: int
    ties: int
    talks: int
    steps: int

    @property
    def fee_yen(self) -> int:
        """The month's part of what was paid for the periods that touch it."""
        return share_of(self.month, [_paid_days(period) for period in self.periods if _is_paid(period)])

    @property
    def is_shared(self) -> bool:
        """Whether it is a part of something that was paid for more than this month."""
        return any(_is_paid(period) and period.allocation.due.amount_yen != self.fee_yen for period in self.periods)

    @property
    def paid_yen(self) -> int:
        """What the member paid in the month itself."""
        return sum(due.amount_yen for due in self.dues)

    @property
    def is_silent(self) -> bool:
        """Whether nothing happened that the member had a part in."""
        return not (self.evenings or self.letters_received or self.letters_given or self.talks or self.steps)


def sums_of(member: User, month: Month) -> Sums | None:
    """The month's sums in ten queries, or None for a month without a day of membership."""
    found = _periods_in(month).filter(member=member).select_related("plan", "allocation__due")
    periods = list(found.order_by("starts_on"))
    if not periods:
        return None
    span = month.begins_at, month.ends_at
    met = Seat.encounters.of(member).over_by(month.ends_at).filter(round__event__starts_at__gte=month.begins_at)
    people = dict(met.values_list("member", "member__profile__industry"))
    return Sums(
        month=month,
        periods=periods,
        dues=list(_dues_paid_in(member, *span).order_by("settled_at", "pk")),
        evenings=list(_evenings_in(member, *span).order_by("starts_at", "pk")),
        people_met=len(people),
        industries_met=len(set(people.values()) - {"", None}),
        letters_received=_letters_to(member, *span).count(),
        letters_given=_letters_from(member, *span).count(),
        ties=Tie.objects.listed_of(member).filter(formed_at__gte=month.begins_at, formed_at__lt=month.ends_at).count(),
        talks=_talks_of(member, *span).count(),
        steps=_steps_of(member, *span).count(),
    )


def _is_paid(period: Period) -> bool:
    return period.allocation is not None


def _paid_days(period: Period) -> PaidDays:
    due = period.allocation.due
    return PaidDays(period.starts_on, period.ends_on, due.amount_yen, due.months)


def statement_of(member: User, month: Month) -> Statement | None:
    """The row of a month of `member`, told or not, or None."""
    return Statement.objects.filter(member=member, month=month.first_day).first()


def last_month_of(member: User, now: datetime) -> Month | None:
    """The last month that is over, if `member` had a day of membership in it."""
    month = Month.of(now).previous
    was_member = Month.of(member.joined_at) <= month and _periods_in(month).filter(member=member).exists()
    return month if was_member else None


def member_ids_to_tell(month: Month, now: datetime) -> list[int]:
    """Members who had a paid day in the month and were not told yet; nobody who rests, is kept out or has left."""
    members = User.objects.get_queryset().filter(
        Exists(_periods_in(month).filter(member=OuterRef("pk"))), is_active=True, paused_at=None
    )
    told = Statement.objects.filter(member=OuterRef("pk"), month=month.first_day, settled_at__isnull=False)
    suspended = Suspension.objects.open_at(now).filter(member=OuterRef("pk"))
    untold = members.exclude(Exists(told)).exclude(Exists(suspended))
    return list(untold.order_by("pk").values_list("pk", flat=True))


def current_period(member: User, now: datetime) -> Period | None:
    """The paid days that `now` lies in, or None; days of grace are none."""
    today = timezone.localdate(now)
    return (
        member.periods.filter(starts_on__lte=today, ends_on__gt=today)
        .select_related("allocation__due__agreement__plan")
        .first()
    )


def offer_facts(member: User, month: Month, period: Period | None) -> OfferFacts:
    """What the rule asks about the month and the one before."""
    both = [month, month.previous]
    begins_at, ends_at = month.previous.begins_at, month.ends_at
    return OfferFacts(
        has_paid_days_now=period is not None,
        has_paid_days_in_both=all(_periods_in(one).filter(member=member).exists() for one in both),
        joined_at=member.joined_at,
        was_active=any(
            find(member, begins_at, ends_at).exists() for find in (_evenings_in, _letters_to, _letters_from)
        ),
        offered_in_period=Statement.objects.filter(period=period, offers_rest=True).exists(),
    )


def smaller_plan(period: Period | None, today: date) -> PricePlan | None:
    """The cheapest plan on offer that costs less a month than what was paid for this period."""
    if period is None or period.allocation is None:
        return None
    agreed = period.allocation.due.agreement
    paid_a_month = price_a_month(agreed.price_yen, agreed.plan.months)
    cheaper = [plan for plan in offered_plans(today) if plan.price_a_month < paid_a_month]
    return min(cheaper, key=lambda plan: (plan.price_a_month, plan.pk), default=None)


def _periods_in(month: Month) -> QuerySet[Period]:
    return Period.objects.filter(starts_on__lt=month.next.first_day, ends_on__gt=month.first_day)


def _dues_paid_in(member: User, begins_at: datetime, ends_at: datetime) -> QuerySet[Due]:
    confirmed = member.dues.filter(state=DueState.CONFIRMED)
    return confirmed.filter(settled_at__gte=begins_at, settled_at__lt=ends_at)


def _evenings_in(member: User, begins_at: datetime, ends_at: datetime) -> QuerySet[Event]:
    there = Attendance.objects.filter(registration__member=member, presence=Presence.PRESENT)
    return Event.objects.filter(
        pk__in=there.values("registration__event"), starts_at__gte=begins_at, starts_at__lt=ends_at
    )


def _letters_to(member: User, begins_at: datetime, ends_at: datetime) -> QuerySet[StrengthFeedback]:
    return StrengthFeedback.objects.visible_to(member).filter(released_at__gte=begins_at, released_at__lt=ends_at)


def _letters_from(member: User, begins_at: datetime, ends_at: datetime) -> QuerySet[StrengthFeedback]:
    """Given is given, whatever became of it: nobody learns that from a sum."""
    return StrengthFeedback.objects.filter(giver=member, written_at__gte=begins_at, written_at__lt=ends_at).exclude(
        state__in=NOT_GIVEN
    )


def _talks_of(member: User, begins_at: datetime, ends_at: datetime) -> QuerySet[Talk]:
    """Talks that took place, of ties that hold."""
    held = Talk.objects.since_formed().filter(tie__in=Tie.objects.listed_of(member), state=TalkState.HELD)
    return held.filter(held_at__gte=begins_at, held_at__lt=ends_at)


def _steps_of(member: User, begins_at: datetime, ends_at: datetime) -> QuerySet[NextStep]:
    done = NextStep.objects.of(member).filter(state=StepState.DONE)
    return done.filter(settled_at__gte=begins_at, settled_at__lt=ends_at)
