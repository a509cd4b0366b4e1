"""Reads for the page つながり: the people a member is tied to, and what each could be given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone

from events.evening.prompts import Prompt, prompts_for
from events.models import Event, Note, Registration, Seat
from feedback.models import Acquaintance, Help, Intention, NextStep, Tie
from feedback.ties.choices import CONTACT_KINDS, IntentionKind
from feedback.ties.limits import TIES
from feedback.ties.queries.offer import evenings_together, registrations_of
from feedback.ties.rules.offers import Gift, gifts_for
from members.models import User
from members.standing.queries import within_reach

OFFERS_READ = 12  # of my registrations, the latest: what I offered years ago may no longer be true


QUIET_SHOWN = 5


@dataclass(frozen=True)
class SharedEvening:
    """The last evening on which the two sat in one group."""

    event: Event
    round_number: int
    group_number: int
    note: str  # what the reader wrote down for themselves there

    @property
    def prompt(self) -> Prompt:
        """The first of the questions their group had: the one that was there for anybody."""
        return prompts_for(self.event.pk, self.group_number, self.round_number)[0]


@dataclass(frozen=True)
class Tied:
    """Somebody at the other end of a tie, as the member sees them."""

    tie: Tie
    person: User
    kind: str  # what I chose, in words; "" where we were introduced
    acquaintance: Acquaintance | None
    offer: str  # what they can talk about
    ask: str  # what they would like to talk about, where they let their groups read it
    offer_at: int | None  # the registrations where these two stand
    ask_at: int | None
    gifts: list[Gift]  # what I could give: of my offers
    together: SharedEvening | None
    helped_on: datetime | None  # when they last noted that I helped them
    noted_today: bool  # I noted today that they helped me
    step: NextStep | None  # the nearest of my own steps that is for them
    is_within_reach: bool  # something can be brought to them now


def ties_of(member: User) -> QuerySet[Tie]:
    """The ties that the pages of `member` show, the latest first, each with `kind`: what `member` chose last."""
    other = Case(When(first=member, then=F("second")), default=F("first"))
    mine = Intention.objects.filter(
        holder=member, person=OuterRef("other"), kind__in=CONTACT_KINDS, settled_at__isnull=False
    )
    ties = Tie.objects.listed_of(member).annotate(other=other)
    return ties.annotate(kind=Subquery(mine.order_by("-chosen_at").values("kind")[:1])).order_by("-formed_at", "-pk")


def people_at(member: User, page: Iterable[Tie], now: datetime) -> list[Tied]:
    """The people at the other ends of these ties, in their order. The same queries for any number."""
    ties = list(page)
    ids = [tie.other for tie in ties]
    people = User.objects.select_related("profile").in_bulk(ids)
    known = _acquaintances(member, ids)
    evenings = evenings_together(member, ids)
    registrations = registrations_of(evenings)
    notes = dict(Note.objects.filter(member=member, event__in=_latest(evenings)).values_list("event", "text"))
    mine = _my_offers(member)
    help_given = _help(ids, helper=member)
    thanked_today = _thanked_on(member, ids, now)
    steps = _steps(member, ids)
    there = set(within_reach(member, now).filter(pk__in=ids).values_list("pk", flat=True))
    found = []
    for tie in ties:
        seats, theirs = evenings.get(tie.other, []), registrations.get(tie.other, [])
        asked = next((row for row in theirs if row.shares_wish and row.wants_to_talk), None)
        offered = next((row for row in theirs if row.can_offer), None)
        ask = asked.wants_to_talk if asked else ""
        found.append(
            Tied(
                tie=tie,
                person=people[tie.other],
                kind=IntentionKind(tie.kind).label if tie.kind else "",
                acquaintance=known.get(tie.other),
                offer=offered.can_offer if offered else "",
                ask=ask,
                offer_at=offered and offered.pk,
                ask_at=asked and asked.pk,
                gifts=gifts_for(ask, mine) if ask else [],
                together=_together(seats[0], notes) if seats else None,
                helped_on=help_given.get(tie.other),
                noted_today=tie.other in thanked_today,
                step=steps.get(tie.other),
                is_within_reach=tie.other in there,
            )
        )
    return found


def long_quiet(member: User, now: datetime) -> list[User]:
    """A few of those tied to `member` with whom they have not talked for a while, the most recent first."""
    tie = Tie.objects.listed_of(member).filter(first=OuterRef("first"), second=OuterRef("second"))
    there = within_reach(member, now)
    rows = Acquaintance.objects.filter(Q(first=member) | Q(second=member), latest_at__lt=now - TIES.quiet_after)
    rows = (
        rows.filter(Exists(tie))
        .filter(Q(first__in=there) | Q(second__in=there))
        .select_related("first__profile", "second__profile")
    )
    return [row.second if row.first_id == member.pk else row.first for row in rows.order_by("-latest_at")[:QUIET_SHOWN]]


def _acquaintances(member: User, ids: Sequence[int]) -> dict[int, Acquaintance]:
    rows = Acquaintance.objects.filter(Q(first=member, second__in=ids) | Q(second=member, first__in=ids))
    return {row.other_id(member.pk): row for row in rows}


def _latest(evenings: dict[int, list[Seat]]) -> set[int]:
    return {seats[0].round.event_id for seats in evenings.values()}


def _my_offers(member: User) -> list[str]:
    mine = Registration.objects.filter(member=member).exclude(can_offer="").order_by("-registered_at")
    return list(mine.values_list("can_offer", flat=True)[:OFFERS_READ])


def _help(ids: Sequence[int], *, helper: User) -> dict[int, datetime]:
    rows = Help.objects.filter(helper=helper, helped__in=ids).order_by("noted_at")
    return dict(rows.values_list("helped_id", "noted_at"))


def _thanked_on(member: User, ids: Sequence[int], now: datetime) -> set[int]:
    rows = Help.objects.filter(helped=member, helper__in=ids, noted_on=timezone.localdate(now))
    return set(rows.values_list("helper_id", flat=True))


def _steps(member: User, ids: Sequence[int]) -> dict[int, NextStep]:
    rows = NextStep.objects.of(member).open().filter(person__in=ids).order_by("-on", "-pk")
    return {row.person_id: row for row in rows}


def _together(seat: Seat, notes: dict[int, str]) -> SharedEvening:
    return SharedEvening(seat.round.event, seat.round.number, seat.group.number, notes.get(seat.round.event_id, ""))
