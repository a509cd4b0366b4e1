"""Taking in a member's concern."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from feedback import subjects
from feedback.choices import CaseState, ReportReason, SubjectKind
from feedback.models import Case, Report, StrengthFeedback
from feedback.rules.report import Concern, NoReport, urgency_of, why_not_report
from feedback.subjects import SharedText, Subject
from kouryu.refusal import Refused
from members import audit
from members.choices import TextKind, TextState
from members.models import JudgedText, User


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


def hand_over_texts(now: datetime) -> int:
    """Open a case about each text that waits and that no open case shows as it is; returns how many. Safe to repeat."""
    held = JudgedText.objects.filter(state=TextState.HELD).order_by("pk").values_list("pk", flat=True)
    return sum(_hand_over_text(pk, now) for pk in list(held))


@transaction.atomic
def _hand_over_text(text_id: int, now: datetime) -> bool:
    writer_id = JudgedText.objects.values_list("writer_id", flat=True).get(pk=text_id)
    writer = User.objects.select_for_update(no_key=True).get(pk=writer_id)  # before the text: members come first
    text = JudgedText.objects.select_for_update(no_key=True).get(pk=text_id)
    if text.state != TextState.HELD:
        return False
    shared = SharedText(TextKind(text.kind), text.about, text.words, is_named=True)
    case = _open_case(Subject(SubjectKind.TEXT, writer, text=shared), now)
    if case.reports.filter(reporter=None, snapshot__text=text.words).exists():
        return False
    seen = subjects.text_seen(text.kind, writer, text.words, text.reason)
    _follow(case, case.reports.create(reason=ReportReason.SCREENED, snapshot=seen, reported_at=now))
    return True


def _judged(subject: Subject, now: datetime) -> JudgedText | None:
    if subject.text is None:
        return None
    place = {"kind": subject.text.kind, "writer": subject.concerned, "about": subject.text.about}
    return JudgedText.objects.get_or_create(**place, defaults={"changed_at": now})[0]


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
                text=_judged(subject, now),
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
