"""Turning points, and asking people to stand behind them.

None of this is in the audit: it is nobody's business but that of the two people.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from feedback.growth import mails
from feedback.growth.limits import TURNING_POINTS
from feedback.growth.queries import turning_point as turning_points
from feedback.growth.rules.turning_point import NoAsking, why_not_another, why_not_ask, why_not_keep
from feedback.models import IntroducerThanks, PersonBehind, TurningPoint
from feedback.ties.flows.reach import require_reach
from kouryu.refusal import Refused
from kouryu.words import clean_words
from members.accounts.locks import lock_member
from members.models import User


@transaction.atomic
def record_turning_point(*, by: User, title: str, month: date, words: str, now: datetime) -> TurningPoint:
    """Write down a new one; the same once more stays one.

    Refused for a missing or long title, long words, a month ahead, and beyond enough.
    """
    title, words, month = _checked(title, words, month, now)
    lock_member(by.pk)  # a second click waits
    if same := by.turning_points.filter(title=title, month=month, words=words).first():
        return same
    if problem := why_not_another(by.turning_points.count(), most=TURNING_POINTS.kept):
        raise Refused(problem)
    return TurningPoint.objects.create(member=by, title=title, month=month, words=words, recorded_at=now)


@transaction.atomic
def change_turning_point(
    *, by: User, turning_point_id: int, title: str, month: date, words: str, now: datetime
) -> TurningPoint:
    """Change a turning point; the people named at it stay."""
    point = _own(by, turning_point_id)
    point.title, point.words, point.month = _checked(title, words, month, now)
    point.save(update_fields=["title", "words", "month"])
    return point


@transaction.atomic
def delete_turning_point(*, by: User, turning_point_id: int) -> None:
    """Gone, with everything asked about it. A second time changes nothing."""
    TurningPoint.objects.filter(member=by, pk=turning_point_id).delete()


@transaction.atomic
def ask_to_stand_behind(*, by: User, turning_point_id: int, person_id: int, now: datetime) -> None:
    """Ask somebody whom `by` met whether they may be named; they are told once a day at most, without a name.

    Asking again changes nothing, but that a question which was taken back stands again. Who said no to `by` before is
    not asked any more, and nothing shows it. Refused for people whom `by` has not met and beyond a handful.
    """
    point = _own(by, turning_point_id)
    if reason := why_not_ask(turning_points.asking_of(point, person_id)):
        raise Refused(reason)
    said_no = PersonBehind.objects.filter(turning_point__member=by, person=person_id, agreed=False)
    row, created = PersonBehind.objects.get_or_create(
        turning_point=point, person_id=person_id, defaults={"asks": not said_no.exists(), "asked_at": now}
    )
    if row.taken_back_at is not None:
        row.taken_back_at = None
        row.save(update_fields=["taken_back_at"])
    if created and row.asks:
        mails.asked_to_stand_behind(row.person, now=now)
    elif created:
        mails.asked_in_vain(row.person, now=now)


@transaction.atomic
def take_back_questions(*, by: User, turning_point_id: int, now: datetime) -> None:
    """All that wait for an answer, or never will get one, wait no longer."""
    point = _own(by, turning_point_id)
    named = PersonBehind.objects.agreed().values("pk")
    point.people_behind.filter(taken_back_at=None).exclude(pk__in=named).update(taken_back_at=now)


@transaction.atomic
def remove_person(*, by: User, turning_point_id: int, person_id: int, now: datetime) -> None:
    """Take a name away from one's own turning point; nobody is told."""
    point = _own(by, turning_point_id)
    person = User.objects.filter(pk=person_id)  # an id from an address may be larger than any database holds
    point.people_behind.filter(person__in=person, taken_back_at=None).update(taken_back_at=now)


@transaction.atomic
def agree_to_stand_behind(*, by: User, behind_id: int, now: datetime) -> None:
    """The name of `by` stands there from now on. Nothing happens to what is not asked of them."""
    lock_member(by.pk)
    row = _locked(PersonBehind.objects.asking(by), behind_id)
    if row is not None:
        _answer(row, agreed=True, now=now)


@transaction.atomic
def keep_name_away(*, by: User, behind_id: int, now: datetime) -> None:
    """Say no, or take the name away again. The other one sees a question that waits, as before."""
    lock_member(by.pk)
    asked = PersonBehind.objects.asking(by) | PersonBehind.objects.agreed_by(by)
    row = _locked(asked, behind_id)
    if row is not None:
        _answer(row, agreed=False, now=now)


@transaction.atomic
def thank_introducer(*, by: User, introduction_id: int, now: datetime) -> IntroducerThanks:
    """Tell whoever introduced `by` to somebody behind a turning point that it mattered; once, however often pressed."""
    lock_member(by.pk)
    introduction = turning_points.introduction_to_thank(by, introduction_id)
    if introduction is None:
        raise Refused(NoAsking.NOT_MET)
    require_reach(by, introduction.introducer_id, now=now)
    thanks, created = IntroducerThanks.objects.get_or_create(
        introduction=introduction, giver=by, defaults={"thanked_at": now}
    )
    if created:
        mails.introducer_thanked(introduction.introducer, now=now)
    return thanks


def _checked(title: str, words: str, month: date, now: datetime) -> tuple[str, str, date]:
    title, words, month = " ".join(clean_words(title).split()), clean_words(words), month.replace(day=1)
    if problem := why_not_keep(title, words, month, timezone.localdate(now)):
        raise Refused(problem)
    return title, words, month


def _own(member: User, turning_point_id: int) -> TurningPoint:
    lock_member(member.pk)
    return TurningPoint.objects.select_related("member").get(member=member, pk=turning_point_id)


def _locked(rows: QuerySet[PersonBehind], behind_id: int) -> PersonBehind | None:
    found = rows.filter(pk=behind_id).values_list("pk", flat=True).first()
    return PersonBehind.objects.select_for_update(no_key=True).get(pk=found) if found else None


def _answer(row: PersonBehind, *, agreed: bool, now: datetime) -> None:
    row.agreed, row.answered_at = agreed, now
    row.save(update_fields=["agreed", "answered_at"])
