"""Concerns: taking one in, deciding a case, and the terms of the screening."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events.registration.flows.registration import give_back_seats
from feedback.cases.choices import CASE_MOVES, CaseState, DecisionKind, ReportReason, SubjectKind
from feedback.cases.flows import follow, open_case
from feedback.cases.queries import SharedText, Subject, case_facts, text_seen
from feedback.cases.rules import (
    Concern,
    NoReport,
    ProposedDecision,
    why_not_decide,
    why_not_read,
    why_not_release,
    why_not_report,
    why_not_take,
)
from feedback.letters.choices import LETTER_MOVES, LetterState
from feedback.letters.queries.screening import reach_of
from feedback.letters.rules import next_morning
from feedback.models import Case, Decision, Report, StrengthFeedback
from feedback.safety import mails
from feedback.safety.queries import shared_text as shared_texts
from feedback.safety.queries.subject import find, snapshot
from feedback.safety.rules import NoTerm
from kouryu.moves import move_to
from kouryu.refusal import Refused
from kouryu.sweeps import OFTEN, sweep
from members.accounts.locks import lock_account, lock_member, lock_members
from members.audit import audit
from members.models import JudgedText, ScreeningTerm, User
from members.standing import flows as standing
from members.texts.choices import TermKind, TextKind, TextState
from members.texts.flows import judge_text
from members.texts.rules.screening import why_not_pattern


@transaction.atomic
def take(*, case_id: int, by: User, now: datetime) -> Case:
    """Put the case into the hands of `by`, so that two moderators never judge the same thing.

    Taking it twice changes nothing. Refused in one's own matter, when it is decided, or held by another since less
    than a day.
    """
    case = _lock(case_id)
    facts = case_facts(case, by)
    if problem := why_not_take(facts, now):
        raise Refused(problem)
    if facts.taken_by_me:
        return case
    _move(case, CaseState.TAKEN, taken_by=by, taken_at=now)
    audit.record("take-case", case, by=by, now=now)
    return case


@transaction.atomic
def read(*, case_id: int, by: User, now: datetime) -> list[Report]:
    """The reports of a case with the words they are about, for whoever took it.

    Each reading leaves a line that says who read, and which case. Refused as `why_not_read` says.
    """
    case = Case.objects.get(pk=case_id)
    if problem := why_not_read(case_facts(case, by)):
        raise Refused(problem)
    audit.record("read-case", case, by=by, now=now)
    return list(case.reports.select_related("reporter__profile").order_by("reported_at", "pk"))


@transaction.atomic
def release(*, case_id: int, by: User, now: datetime) -> Case:
    """Put the case back into the queue. Giving back what lies there already changes nothing."""
    case = _lock(case_id)
    if case.state == CaseState.OPEN:
        return case
    if problem := why_not_release(case_facts(case, by)):
        raise Refused(problem)
    _move(case, CaseState.OPEN, taken_by=None, taken_at=None)
    audit.record("release-case", case, by=by, now=now)
    return case


@transaction.atomic
def decide(*, case_id: int, verdict: ProposedDecision, by: User, now: datetime) -> Decision:
    """Write down the decision, carry it out, and tell whom it concerns.

    Every reporter is told the same: it was handled. The member concerned is told of a measure, never of "no
    problem". Deciding twice returns the first decision; refused as `why_not_decide` says.
    """
    _lock_member_of(case_id)
    case = _lock(case_id)
    if case.state == CaseState.DECIDED and case.decision.decided_by_id == by.pk:
        return case.decision
    if problem := why_not_decide(case_facts(case, by), verdict, now):
        raise Refused(problem)
    _move(case, CaseState.DECIDED)
    decision = Decision.objects.create(
        case=case,
        kind=verdict.kind,
        reason=verdict.reason.strip(),
        until=verdict.until if verdict.kind == DecisionKind.SUSPEND else None,
        decided_by=by,
        decided_at=now,
    )
    _carry_out(decision, now)
    _tell(decision, now)
    audit.record("decide-case", case, by=by, now=now, why=verdict.kind)
    return decision


def _lock_member_of(case_id: int) -> None:
    """Before the case, because a suspension locks the member too: members come first in the lock order."""
    member_id = Case.objects.values_list("member_id", flat=True).get(pk=case_id)
    lock_members([member_id])


def _lock(case_id: int) -> Case:
    return Case.objects.select_for_update(no_key=True).get(pk=case_id)


def _move(case: Case, state: CaseState, **fields: object) -> None:
    move_to(case, state, CASE_MOVES)
    for name, value in fields.items():
        setattr(case, name, value)
    case.save(update_fields=["state", *fields])


def _carry_out(decision: Decision, now: datetime) -> None:
    case = decision.case
    if case.letter_id:
        _carry_out_on_letter(case.letter_id, DecisionKind(decision.kind), now)
    if case.text_id:
        _carry_out_on_text(case, decision, now)
    if decision.kind == DecisionKind.SUSPEND and case.member and decision.until and decision.decided_by:
        standing.suspend(
            member=case.member, until=decision.until, reason=decision.reason, by=decision.decided_by, now=now
        )
        give_back_seats(member=case.member, until=decision.until, by=decision.decided_by, now=now)


def _carry_out_on_letter(letter_id: int, kind: DecisionKind, now: datetime) -> None:
    """Hide it, or let a held one go on: without objection to the next morning, else back to its writer."""
    letter = StrengthFeedback.objects.select_for_update().get(pk=letter_id)
    if kind == DecisionKind.HIDE:
        _move_letter(letter, LetterState.HIDDEN)
    elif letter.state == LetterState.HELD and kind == DecisionKind.NO_PROBLEM:
        letter.deliver_at = next_morning(now)
        _move_letter(letter, LetterState.SCHEDULED)
    elif letter.state == LetterState.HELD:
        _move_letter(letter, LetterState.DRAFT)


def _carry_out_on_text(case: Case, decision: Decision, now: datetime) -> None:
    """Take it from the page, or let a held one stand there, in the words that the moderator read; else it goes back to
    its writer.
    """
    text = JudgedText.objects.select_for_update(no_key=True).get(cases=case)
    is_held, by = text.state == TextState.HELD, decision.decided_by
    if decision.kind == DecisionKind.HIDE:
        words = text.words if is_held else shared_texts.now_at(text)
        if not is_held:
            shared_texts.take_away(text)
        judge_text(text, TextState.HIDDEN, words, by=by, now=now)
    elif is_held and decision.kind == DecisionKind.NO_PROBLEM and case.seen.get("text") == text.words:
        judge_text(text, TextState.CLEARED, text.words, by=by, now=now)
        shared_texts.publish(text)
    elif is_held and decision.kind != DecisionKind.NO_PROBLEM:
        judge_text(text, TextState.ASKED, "", by=by, now=now)


def _move_letter(letter: StrengthFeedback, state: LetterState) -> None:
    if state in LETTER_MOVES[LetterState(letter.state)]:
        move_to(letter, state, LETTER_MOVES)
        letter.save(update_fields=["state", "deliver_at"])


def _tell(decision: Decision, now: datetime) -> None:
    for row in decision.case.reports.select_related("reporter__profile"):
        if row.reporter:
            mails.report_handled(row, now=now)
    if decision.kind != DecisionKind.NO_PROBLEM and decision.case.member:
        mails.measure_taken(decision, now=now)


@transaction.atomic
def report(*, reporter: User, kind: str, subject_id: int, reason: ReportReason, words: str, now: datetime) -> Report:
    """Keep the concern with a snapshot of what was to be seen, in the open case about it or in a new one.

    Nobody is told: moderators find it in their queue, the person concerned hears of a measure only. A second
    report by the same member returns the first. Refused for what they cannot see and for themselves.
    """
    lock_member(reporter.pk)
    subject = find(reporter=reporter, kind=kind, pk=subject_id, now=now)
    if subject is None:
        raise Refused(NoReport.NOT_VISIBLE)
    if problem := why_not_report(Concern(subject.concerned.pk == reporter.pk, words)):
        raise Refused(problem)
    case = open_case(subject, now)
    if known := case.reports.filter(reporter=reporter).first():
        return known
    row: Report = case.reports.create(
        reporter=reporter,
        reason=reason,
        words=words.strip(),
        snapshot=snapshot(subject, reporter=reporter, now=now),
        reported_at=now,
    )
    follow(case, row)
    audit.record("report", row, by=reporter, now=now, why=reason)
    return row


@sweep("hand-over-texts", every=OFTEN)
def hand_over_texts(now: datetime) -> int:
    """Open a case about each text that waits and that no open case shows as it is; returns how many. Safe to repeat."""
    held = JudgedText.objects.filter(state=TextState.HELD).order_by("pk").values_list("pk", flat=True)
    return sum(_hand_over_text(pk, now) for pk in list(held))


@transaction.atomic
def _hand_over_text(text_id: int, now: datetime) -> bool:
    writer_id = JudgedText.objects.values_list("writer_id", flat=True).get(pk=text_id)
    writer = lock_account(writer_id)  # before the text: members come first
    text = JudgedText.objects.select_for_update(no_key=True).get(pk=text_id)
    if text.state != TextState.HELD:
        return False
    shared = SharedText(TextKind(text.kind), text.about, text.words, is_named=True)
    case = open_case(Subject(SubjectKind.TEXT, writer, text=shared), now)
    if case.reports.filter(reporter=None, snapshot__text=text.words).exists():
        return False
    seen = text_seen(text.kind, writer, text.words, text.reason)
    follow(case, case.reports.create(reason=ReportReason.SCREENED, snapshot=seen, reported_at=now))
    return True


@transaction.atomic
def add_term(*, kind: TermKind, pattern: str, note: str, by: User, now: datetime) -> ScreeningTerm:
    """Put a phrase on the list, from the next letter on; one that is there already is set to this kind and note.

    One that stands in too many letters waits until another moderator switches it on. Refused where `why_not_pattern`
    says so.
    """
    pattern = pattern.strip()
    if problem := why_not_pattern(pattern):
        raise Refused(problem)
    is_wide = reach_of(pattern).is_wide
    fields = {"kind": kind, "note": note, "is_active": not is_wide, "waits_for_second": is_wide}
    term, created = ScreeningTerm.objects.select_for_update(no_key=True).get_or_create(
        pattern=pattern, defaults={**fields, "changed_by": by, "changed_at": now}
    )
    if created:
        audit.record("propose-screening-term" if is_wide else "add-screening-term", term, by=by, now=now, why=kind)
        return term
    if (term.kind, term.note) == (kind, note) and (term.is_active or term.waits_for_second):
        return term
    for name, value in fields.items():
        setattr(term, name, value)
    return _keep(term, "change-screening-term", by=by, now=now)


@transaction.atomic
def switch_off_term(*, term_id: int, by: User, now: datetime) -> ScreeningTerm:
    """No longer look for it; it stays on the list, so that it can be switched on again. One that waits is dropped."""
    term = _locked(term_id)
    if not term.is_active and not term.waits_for_second:
        return term
    term.is_active = term.waits_for_second = False
    return _keep(term, "switch-off-screening-term", by=by, now=now)


@transaction.atomic
def switch_on_term(*, term_id: int, by: User, now: datetime) -> ScreeningTerm:
    """Look for it again. One that stands in too many letters waits for another moderator, who switches it on.

    Refused for whoever asked for it.
    """
    term = _locked(term_id)
    if term.is_active:
        return term
    if term.waits_for_second and term.changed_by_id == by.pk:
        raise Refused(NoTerm.SECOND_PERSON)
    needs_second = not term.waits_for_second and reach_of(term.pattern).is_wide
    term.is_active, term.waits_for_second = not needs_second, needs_second
    verb = "propose-screening-term" if needs_second else "switch-on-screening-term"
    return _keep(term, verb, by=by, now=now)


def _locked(term_id: int) -> ScreeningTerm:
    return ScreeningTerm.objects.select_for_update(no_key=True).get(pk=term_id)


def _keep(term: ScreeningTerm, verb: str, *, by: User, now: datetime) -> ScreeningTerm:
    term.changed_by, term.changed_at = by, now
    term.save(update_fields=["kind", "note", "is_active", "waits_for_second", "changed_by", "changed_at"])
    audit.record(verb, term, by=by, now=now, why=term.kind)
    return term
