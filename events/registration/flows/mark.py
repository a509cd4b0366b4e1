"""Marks: leaving one, saying that it was illness, objecting, and the answer of the staff."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events.models import Event, Mark, Registration
from events.registration import mails
from events.registration.choices import MarkKind, RegistrationState, Ruling, Sparing
from events.registration.limits import MARKS, SEATS
from events.registration.queries import marks
from events.registration.rules.follow_up import is_late_withdrawal
from events.registration.rules.mark import (
    POINTS,
    Loss,
    why_not_object,
    why_not_rule,
    why_not_say_ill,
    why_spared,
)
from kouryu.refusal import Refused
from kouryu.sweeps import EVERY_TEN_MINUTES, sweep
from members.accounts.locks import lock_account, lock_member
from members.audit import audit
from members.models import User


def loss_ahead(registration: Registration, *, is_ill: bool, now: datetime) -> Loss | None:
    """What would be lost if this seat were given up now; None where it is in time, or no seat.

    Ask it while the seat is held, with the member and the event locked: afterwards it has gone on to the next in line.
    """
    is_late = is_late_withdrawal(now, registration.event.starts_at)
    if registration.state != RegistrationState.CONFIRMED or not is_late:
        return None
    return marks.loss_of(registration, gave_up_at=now, says_ill=is_ill, now=now)


def mark_late_withdrawal(registration: Registration, loss: Loss, *, now: datetime) -> Mark:
    """Keep that a confirmed seat was given up late. Call it with the member locked."""
    return _leave(registration, MarkKind.LATE_WITHDRAWAL, loss, now=now)


def spare_what_was_called_off(event: Event) -> None:
    """Nobody lost a seat in an evening that does not take place: what was left for it before weighs nothing.

    One UPDATE, without its members' locks: whatever else changes a mark at this moment can only make it weigh less.
    """
    Mark.objects.weighing().filter(registration__event=event).update(points=0, spared_for=Sparing.CALLED_OFF)


def spare_what_moved_away(event: Event) -> None:
    """A seat that was given up late is none any more, once the evening is more than a day away from that moment."""
    late = Mark.objects.weighing().filter(registration__event=event, kind=MarkKind.LATE_WITHDRAWAL)
    late.filter(given_at__lt=event.starts_at - SEATS.late_from).update(points=0, spared_for=Sparing.CHANGED)


def spare_what_was_corrected(registration: Registration) -> None:
    """A seat that was taken after all, or whose member had sent word, weighs nothing. Call it with the event locked."""
    left = Mark.objects.weighing().filter(registration=registration, kind=MarkKind.NO_SHOW)
    left.update(points=0, spared_for=Sparing.CORRECTED)


@sweep("mark-absences", every=EVERY_TEN_MINUTES)
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
    if reason := why_not_say_ill(marks.status_of(mark), illnesses=illnesses, now=now):
        raise Refused(reason)
    mark.spared_for, mark.points = Sparing.ILLNESS, 0
    mark.save(update_fields=["spared_for", "points"])
    audit.record("mark.illness", mark, by=member, now=now)
    return mark


@transaction.atomic
def object_to_mark(*, mark_id: int, member: User, objection: str, now: datetime) -> Mark:
    """Keep what the member says against a mark, once, for the staff to answer."""
    mark = _own(mark_id, member)
    if reason := why_not_object(marks.status_of(mark), now=now):
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
    if reason := why_not_rule(marks.status_of(mark), is_own=member.pk == by.pk):
        raise Refused(reason)
    mark.ruling, mark.answer, mark.answered_at, mark.answered_by = ruling, answer, now, by
    mark.save(update_fields=["ruling", "answer", "answered_at", "answered_by"])
    audit.record("mark.rule", mark, by=by, now=now, why=ruling)
    mails.mark_answered(mark, now=now)
    return mark


@transaction.atomic
def _mark_absence(registration_id: int, now: datetime) -> bool:
    registration = Registration.objects.select_related("event", "member").get(pk=registration_id)
    lock_account(registration.member_id)
    if not marks.absences_to_mark(now).filter(pk=registration_id).exists():
        return False  # another runner was here
    loss = marks.loss_of(registration, gave_up_at=None, says_ill=False, now=now)
    _leave(registration, MarkKind.NO_SHOW, loss, now=now)
    return True


def _leave(registration: Registration, kind: MarkKind, loss: Loss, *, now: datetime) -> Mark:
    """One per registration: who gave a seat up late, came back and did so again keeps the first.

    But for a first one that was spared for a reason that only held for that time.
    """
    known = Mark.objects.filter(registration=registration).first()
    if known and known.spared_for not in marks.PASSING:
        return known
    spared = why_spared(loss)
    left = {
        "kind": kind,
        "points": 0 if spared else POINTS[kind],
        "spared_for": spared or "",
        "given_at": now,
        "expires_at": now + MARKS.kept_for,
    }
    mark, _created = Mark.objects.update_or_create(registration=registration, defaults=left)
    audit.record("mark.leave", mark, by=None, now=now, why=spared or kind)
    return mark


def _own(mark_id: int, member: User) -> Mark:
    """The mark as it is until this transaction ends: whatever changes marks locks their member first."""
    lock_member(member.pk)
    mark = Mark.objects.select_related("registration__event", "registration__member__profile")
    return mark.get(pk=mark_id, registration__member=member)
