"""Reads about anniversaries: whose is due, and what two tied members have behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from events.models import Event, Seat
from feedback.models import Acquaintance, StrengthFeedback, Talk, Tie
from feedback.ties.choices import TalkState
from feedback.ties.limits import ANNIVERSARIES
from feedback.ties.rules.anniversary import days_to_look_at
from members.models import Suspension, User

SHOWN = 30  # of each kind, the latest


@dataclass(frozen=True)
class AnniversaryPage:
    """What happened between the reader and one of their ties; only what both of them know."""

    person: User
    met_at: datetime
    evenings: list[Event]
    letters: list[StrengthFeedback]  # from them to the reader
    talks: list[Talk]


def ties_to_tell(now: datetime) -> QuerySet[Tie]:
    """Ties that hold, with `met_at`, whose day of the year is near; the rule decides on each.

    Nobody who blocked, was blocked, left or is kept out is among them.
    """
    days = days_to_look_at(now, within=ANNIVERSARIES.within)
    suspended = Suspension.objects.open_at(now).values("member")
    near = reduce(or_, (Q(met_at__month=month, met_at__day=day) for month, day in days))
    return (
        _with_met_at(Tie.objects.holding())
        .filter(near, met_at__lt=now - ANNIVERSARIES.within)
        .exclude(Q(first__in=suspended) | Q(second__in=suspended))
        .order_by("pk")
    )


def first_met_at(tie_id: int) -> tuple[Tie, datetime] | None:
    """The tie and the moment of the first meeting, if the tie holds now."""
    tie = _with_met_at(Tie.objects.holding()).filter(pk=tie_id).first()
    return (tie, tie.met_at) if tie else None


def together(member: User, person_id: int) -> AnniversaryPage | None:
    """What the two have behind them, if they are tied; the same six queries however much that is."""
    tie = _with_met_at(Tie.objects.listed_between(member, person_id)).first()
    if tie is None:
        return None
    letters = StrengthFeedback.objects.visible_to(member).filter(giver=person_id).select_related("event")
    talks = Talk.objects.since_formed().filter(tie=tie, state=TalkState.HELD)
    return AnniversaryPage(
        person=User.objects.select_related("profile").get(pk=person_id),
        met_at=tie.met_at,
        evenings=list(_evenings_of(member, person_id).order_by("-starts_at", "-pk")[:SHOWN]),
        letters=list(letters.order_by("-released_at", "-pk")[:SHOWN]),
        talks=list(talks.order_by("-held_at", "-pk")[:SHOWN]),
    )


def _with_met_at(ties: QuerySet[Tie]) -> QuerySet[Tie]:
    """With the moment of their first meeting; those who were introduced met when their tie formed."""
    met = Acquaintance.objects.filter(first=OuterRef("first"), second=OuterRef("second"))
    return ties.annotate(met_at=Coalesce(Subquery(met.values("met_at")[:1]), "formed_at"))


def _evenings_of(member: User, person_id: int) -> QuerySet[Event]:
    """The closed evenings at which the two met."""
    return Event.objects.filter(pk__in=Seat.encounters.between(member, person_id).closed().values("round__event"))
