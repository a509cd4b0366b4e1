"""Opening a case: about what was reported, or about a letter that the screening held."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from feedback.cases.choices import CASE_MOVES, CaseState, ReportReason, SubjectKind
from feedback.cases.queries import Subject, held_letter_seen
from feedback.cases.rules import urgency_of
from feedback.models import Case, Report
from kouryu.moves import move_to
from members.audit import audit
from members.models import JudgedText

if TYPE_CHECKING:
    from feedback.letters.models import StrengthFeedback


def hand_over(letter: StrengthFeedback, *, reason: str, now: datetime) -> Report:
    """Open a case about a letter whose words were held before delivery; the site itself is the reporter.

    `letter` is locked by the caller. `reason` is the code of what was found.
    """
    case = open_case(Subject(SubjectKind.LETTER, letter.giver, letter=letter), now)
    row: Report = case.reports.create(
        reason=ReportReason.SCREENED, snapshot=held_letter_seen(letter, reason), reported_at=now
    )
    follow(case, row)
    audit.record("hold-letter", letter, by=None, now=now, why=reason)
    return row


def _judged(subject: Subject, now: datetime) -> JudgedText | None:
    if subject.text is None:
        return None
    place = {"kind": subject.text.kind, "writer": subject.concerned, "about": subject.text.about}
    return JudgedText.objects.get_or_create(**place, defaults={"changed_at": now})[0]


def open_case(subject: Subject, now: datetime) -> Case:
    """The open case about the subject, locked so that it cannot be decided before the report is in it."""
    if case := _lock_open(subject.key):
        return case
    try:
        with transaction.atomic():
            return Case.objects.create(
                member=subject.concerned,
                letter=subject.letter,
                event=subject.event,
                text=_judged(subject, now),
                subject_key=subject.key,
                opened_at=now,
            )
    except IntegrityError:
        # Somebody else opened it between our look and our insert.
        return Case.objects.select_for_update(no_key=True).undecided().get(subject_key=subject.key)


def _lock_open(key: str) -> Case | None:
    return Case.objects.select_for_update(no_key=True).undecided().filter(subject_key=key).first()


def follow(case: Case, row: Report) -> None:
    """The case is as urgent as its gravest report, and leaves the hands of a moderator who now reports it."""
    case.urgency = min(case.urgency, urgency_of([ReportReason(row.reason)]))
    if case.taken_by_id is not None and case.taken_by_id == row.reporter_id:
        move_to(case, CaseState.OPEN, CASE_MOVES)
        case.taken_by, case.taken_at = None, None
    case.save(update_fields=["urgency", "state", "taken_by", "taken_at"])
