"""Reads about turning points: the member's own, who stands behind them, and what a member is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from feedback.growth.limits import TURNING_POINTS
from feedback.growth.rules.turning_point import Asking
from feedback.models import Acquaintance, IntroducerThanks, Introduction, PersonBehind, TurningPoint
from members.models import User
from members.standing.queries import blocked_by

PEOPLE_OFFERED = 100  # of those met, the latest


@dataclass(frozen=True)
class NamedPerson:
    """Somebody who agreed to be named; with the introduction that brought the two together, if there was one."""

    behind: PersonBehind
    introduction: Introduction | None
    is_thanked: bool


def turning_points_of(member: User) -> QuerySet[TurningPoint]:
    """The member's own, the latest first, with `waits` where somebody's answer is still to come (or never will)."""
    named = PersonBehind.objects.agreed().filter(pk=OuterRef("pk"))
    waiting = PersonBehind.objects.filter(turning_point=OuterRef("pk"), taken_back_at=None).exclude(Exists(named))
    return TurningPoint.objects.filter(member=member).annotate(waits=Exists(waiting)).order_by("-month", "-pk")


def people_behind(member: User, points: Iterable[TurningPoint]) -> dict[int, list[NamedPerson]]:
    """The people named at each of these points, by its id. Three queries for any number."""
    rows = list(
        PersonBehind.objects.agreed()
        .filter(turning_point__in=[point.pk for point in points])
        .select_related("person__profile")
        .order_by("answered_at", "pk")
    )
    by_person = _introductions(member, {row.person_id for row in rows})
    thanked = set(
        IntroducerThanks.objects.filter(giver=member, introduction__in=by_person.values()).values_list(
            "introduction_id", flat=True
        )
    )
    found: dict[int, list[NamedPerson]] = {}
    for row in rows:
        introduction = by_person.get(row.person_id)
        is_thanked = introduction is not None and introduction.pk in thanked
        found.setdefault(row.turning_point_id, []).append(NamedPerson(row, introduction, is_thanked))
    return found


def people_to_ask(member: User) -> list[User]:
    """The people met, the latest first; blocks and those who left stay out. Two queries."""
    met = Acquaintance.objects.of(member).order_by("-latest_at", "-pk")[:PEOPLE_OFFERED]
    ids = [row.other_id(member.pk) for row in met]
    people = User.objects.select_related("profile").in_bulk(ids)
    return [people[pk] for pk in ids if pk in people]


def asking_of(point: TurningPoint, person_id: int) -> Asking:
    """The facts for `why_not_ask`."""
    met = Acquaintance.objects.of(point.member).filter(Q(first=person_id) | Q(second=person_id))
    asked = set(point.people_behind.values_list("person_id", flat=True))
    return Asking(
        have_met=person_id != point.member_id and met.exists(),
        was_asked_here=person_id in asked,
        asked=len(asked),
        most=TURNING_POINTS.people,
    )


def asked_of(person: User) -> QuerySet[PersonBehind]:
    """What `person` is asked, the earliest first; of a turning point they learn the month, and nothing else.

    One question of each asker at a time: the questions of one member do not crowd out those of others.
    """
    first_of_each = PersonBehind.objects.asking(person).values("turning_point__member").annotate(first=Min("pk"))
    rows = PersonBehind.objects.filter(pk__in=first_of_each.values("first"))
    return rows.select_related("turning_point__member__profile").order_by("asked_at", "pk")


def named_at(person: User) -> QuerySet[PersonBehind]:
    """Where the name of `person` stands at somebody's turning point, for them to take it away."""
    return (
        PersonBehind.objects.agreed_by(person)
        .select_related("turning_point__member__profile")
        .order_by("answered_at", "pk")
    )


def introduction_to_thank(member: User, introduction_id: int) -> Introduction | None:
    """A formed introduction of `member` to somebody who is named at one of their turning points."""
    named = PersonBehind.objects.agreed().filter(turning_point__member=member).values_list("person_id", flat=True)
    found = _introductions(member, set(named))
    return next((one for one in found.values() if one.pk == introduction_id), None)


def thanks_to_introducer(member: User) -> QuerySet[IntroducerThanks]:
    """Thanks that came to `member` for introducing, the latest first; whom they block and those who left stay out."""
    return (
        IntroducerThanks.objects.filter(introduction__introducer=member, giver__is_active=True)
        .exclude(giver__in=blocked_by(member))
        .select_related("giver__profile")
        .order_by("-thanked_at", "-pk")
    )


def _introductions(member: User, people: set[int]) -> dict[int, Introduction]:
    """The members who introduced `member` to each of these people; no introducer who left or whom `member` blocks."""
    formed = (
        Introduction.objects.formed()
        .filter(Q(one=member, other__in=people) | Q(other=member, one__in=people), introducer__is_active=True)
        .exclude(introducer__in=blocked_by(member))
        .select_related("introducer__profile")
        .order_by("-formed_at", "-pk")
    )
    return {(row.other_id if row.one_id == member.pk else row.one_id): row for row in formed}
