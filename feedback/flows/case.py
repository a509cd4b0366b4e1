"""What moderators do with a case: take it, give it back, decide it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events.flows.registration import give_back_seats
from feedback import mails, shared_texts
from feedback.choices import CASE_MOVES, LETTER_MOVES, CaseState, DecisionKind, LetterState
from feedback.models import Case, Decision, Report, StrengthFeedback
from feedback.queries import case_facts
from feedback.rules.case import Verdict, why_not_decide, why_not_read, why_not_release, why_not_take
from feedback.rules.letter import next_morning
from kouryu.refusal import Refused
from members import audit
from members.choices import TextState
from members.flows import standing
from members.flows.text import judge_text
from members.models import JudgedText, User


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
def decide(*, case_id: int, verdict: Verdict, by: User, now: datetime) -> Decision:
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
    User.objects.select_for_update(no_key=True).filter(pk=member_id).first()


def _lock(case_id: int) -> Case:
    return Case.objects.select_for_update(no_key=True).get(pk=case_id)


def _move(case: Case, state: CaseState, **fields: object) -> None:
    if state not in CASE_MOVES[CaseState(case.state)]:
        raise ValueError(f"case {case.pk} cannot move from {case.state} to {state}")
    case.state = state
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
        give_back_seats(member=case.member, until=decision.until, now=now)


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
        shared_texts.put(text)
    elif is_held and decision.kind != DecisionKind.NO_PROBLEM:
        judge_text(text, TextState.ASKED, "", by=by, now=now)


def _move_letter(letter: StrengthFeedback, state: LetterState) -> None:
    if state in LETTER_MOVES[LetterState(letter.state)]:
        letter.state = state
        letter.save(update_fields=["state", "deliver_at"])


def _tell(decision: Decision, now: datetime) -> None:
    for row in decision.case.reports.select_related("reporter__profile"):
        if row.reporter:
            mails.report_handled(row, now=now)
    if decision.kind != DecisionKind.NO_PROBLEM and decision.case.member:
        mails.measure_taken(decision, now=now)
