"""Taking in a member's concern."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from feedback import subjects
from feedback.choices import CaseState, ReportReason, SubjectKind
from feedback.models import Case, Report, StrengthFeedback
from feedback.rules.report import Concern, NoReport, urgency_of, why_not_report
from feedback.subjects import Subject
from kouryu.refusal import Refused
from members import audit
from members.models import User


@transaction.atomic
def report(*, reporter: User, kind: str, subject_id: int, reason: ReportReason, words: str, now: datetime) -> Report:
    """Keep the concern with a snapshot of what was to be seen, in the open case about it or in a new one.

    Nobody is told: moderators find it in their queue, the person concerned hears of a measure only. A second
    report by the same member returns the first. Refused for what they cannot see and for themselves.
    """
    subject = subjects.find(reporter=reporter, kind=kind, pk=subject_id, now=now)
    if subject is None:
        raise Refused(NoReport.NOT_VISIBLE)
    if problem := why_not_report(Concern(subject.concerned.pk == reporter.pk, words)):
        raise Refused(problem)
    case = _open_case(subject, now)
    if known := case.reports.filter(reporter=reporter).first():
        return known
    row: Report = case.reports.create(
        reporter=reporter,
        reason=reason,
        words=words.strip(),
        snapshot=subjects.snapshot(subject, reporter=reporter, now=now),
        reported_at=now,
    )
    _follow(case, row)
    audit.record("report", row, by=reporter, now=now, why=reason)
    return row


def hand_over(letter: StrengthFeedback, *, reason: str, now: datetime) -> Report:
    """Open a case about a letter whose words were held before delivery; the site itself is the reporter.

    `letter` is locked by the caller. `reason` is the code of what was found.
    """
    case = _open_case(Subject(SubjectKind.LETTER, letter.giver, letter=letter), now)
    row: Report = case.reports.create(
        reason=ReportReason.SCREENED, snapshot=subjects.held_letter_seen(letter, reason), reported_at=now
    )
    _follow(case, row)
    audit.record("hold-letter", letter, by=None, now=now, why=reason)
    return row


def _open_case(subject: Subject, now: datetime) -> Case:
    """The open case about the subject, locked so that it cannot be decided before the report is in it."""
    if case := _lock_open(subject.key):
        return case
    try:
        with transaction.atomic():
            return Case.objects.create(
                member=subject.concerned,
                letter=subject.letter,
                event=subject.event,
                subject_key=subject.key,
                opened_at=now,
            )
    except IntegrityError:
        # Somebody else opened it between our look and our insert.
        return Case.objects.select_for_update(no_key=True).undecided().get(subject_key=subject.key)


def _lock_open(key: str) -> Case | None:
    return Case.objects.select_for_update(no_key=True).undecided().filter(subject_key=key).first()


def _follow(case: Case, row: Report) -> None:
    """The case is as urgent as its gravest report, and leaves the hands of a moderator who now reports it."""
    case.urgency = min(case.urgency, urgency_of([ReportReason(row.reason)]))
    if case.taken_by_id is not None and case.taken_by_id == row.reporter_id:
        case.state, case.taken_by, case.taken_at = CaseState.OPEN, None, None
    case.save(update_fields=["urgency", "state", "taken_by", "taken_at"])
