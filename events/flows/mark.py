"""Marks: leaving one, saying that it was illness, objecting, and the answer of the staff."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events import mails, marks
from events.choices import Ruling, Sparing
from events.flows.seats import lock_member
from events.models import Mark, Registration
from events.rules.follow_up import is_late_withdrawal
from events.rules.mark import (
    MARK_KEPT_FOR,
    POINTS,
    GaveUp,
    why_not_object,
    why_not_rule,
    why_not_say_ill,
    why_spared,
)
from kouryu.refusal import Refused
from members import audit
from members.models import User


def mark_late_withdrawal(registration: Registration, *, is_ill: bool, now: datetime) -> Mark | None:
    """Keep that a confirmed seat was given up late; None where it was in time. Call it with the member locked."""
    if not is_late_withdrawal(now, registration.event.starts_at):
        return None
    return _leave(registration, GaveUp.LATE_WITHDRAWAL, is_ill=is_ill, now=now)


def mark_absences(*, now: datetime) -> int:
    """Leave a mark for each seat that stayed empty, one per transaction; returns how many."""
    ids = list(marks.absences_to_mark(now).values_list("pk", flat=True))
    return sum(_mark_absence(registration_id, now) for registration_id in ids)


@transaction.atomic
def tell_illness(*, mark_id: int, member: User, now: datetime) -> Mark:
    """Let a mark weigh nothing because its member was ill; no proof. Telling it twice changes nothing."""
    mark = _own(mark_id, member)
    if mark.spared_for == Sparing.ILLNESS:
        return mark
    illnesses = marks.illnesses_of(member.pk, now=now)
    if reason := why_not_say_ill(marks.standing_of(mark), illnesses=illnesses, now=now):
        raise Refused(reason)
    mark.spared_for, mark.points = Sparing.ILLNESS, 0
    mark.save(update_fields=["spared_for", "points"])
    audit.record("mark.illness", mark, by=member, now=now)
    return mark


@transaction.atomic
def object_to_mark(*, mark_id: int, member: User, objection: str, now: datetime) -> Mark:
    """Keep what the member says against a mark, once, for the staff to answer."""
    mark = _own(mark_id, member)
    if reason := why_not_object(marks.standing_of(mark), now=now):
        raise Refused(reason)
    mark.objection, mark.objected_at = objection, now
    mark.save(update_fields=["objection", "objected_at"])
    audit.record("mark.object", mark, by=member, now=now)
    return mark


@transaction.atomic
def rule_on_objection(*, mark_id: int, by: User, ruling: Ruling, answer: str, now: datetime) -> Mark:
    """Uphold or lift a mark, with a reason that its member reads; they are mailed that an answer is there.

    Refused without an objection, once it was answered, and for one's own mark.
    """
    member = Mark.objects.select_related("registration__member").get(pk=mark_id).registration.member
    mark = _own(mark_id, member)
    if reason := why_not_rule(marks.standing_of(mark), is_own=member.pk == by.pk):
        raise Refused(reason)
    mark.ruling, mark.answer, mark.answered_at, mark.answered_by = ruling, answer, now, by
    mark.save(update_fields=["ruling", "answer", "answered_at", "answered_by"])
    audit.record("mark.rule", mark, by=by, now=now, why=ruling)
    mails.mark_answered(mark, now=now)
    return mark


@transaction.atomic
def _mark_absence(registration_id: int, now: datetime) -> bool:
    registration = Registration.objects.select_related("event", "member").get(pk=registration_id)
    lock_member(registration.member)
    if not marks.absences_to_mark(now).filter(pk=registration_id).exists():
        return False  # another runner was here
    _leave(registration, GaveUp.NO_SHOW, is_ill=False, now=now)
    return True


def _leave(registration: Registration, kind: GaveUp, *, is_ill: bool, now: datetime) -> Mark:
    """One per registration: who gave a seat up late, came back and did so again keeps the first."""
    known = Mark.objects.filter(registration=registration).first()
    if known:
        return known
    spared = why_spared(marks.loss_of(registration, says_ill=is_ill, now=now))
    mark = Mark.objects.create(
        registration=registration,
        kind=kind,
        points=0 if spared else POINTS[kind],
        spared_for=spared or "",
        given_at=now,
        expires_at=now + MARK_KEPT_FOR,
    )
    audit.record("mark.leave", mark, by=None, now=now, why=spared or kind)
    return mark


def _own(mark_id: int, member: User) -> Mark:
    """The mark as it is until this transaction ends: whatever changes marks locks their member first."""
    lock_member(member)
    mark = Mark.objects.select_related("registration__event", "registration__member__profile")
    return mark.get(pk=mark_id, registration__member=member)
