"""The rules of cases: what may be reported, how urgent it is, and who may decide it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from feedback.cases.choices import CaseState, DecisionKind, ReportReason, SubjectKind, Urgency
from feedback.cases.limits import CASES, REPORTS
from members.standing.limits import REASONS, SUSPENSIONS


class NoCase(StrEnum):
    """Why a moderator cannot take or decide a case."""

    OWN_MATTER = "case-own-matter"
    DECIDED = "case-decided"
    TAKEN_BY_OTHER = "case-taken-by-other"
    NOT_TAKEN = "case-not-taken"
    NOTHING_TO_HIDE = "case-nothing-to-hide"
    NOTHING_TO_GIVE_BACK = "case-nothing-to-give-back"
    ONLY_NOTED = "case-only-noted"
    NOBODY_THERE = "case-nobody-there"
    ONLY_OWNER = "case-only-owner"
    UNTIL_MISSING = "case-until-missing"
    UNTIL_PAST = "case-until-past"
    UNTIL_FAR = "case-until-far"
    REASON_SHORT = "case-reason-short"
    REASON_LONG = "case-reason-long"


@dataclass(frozen=True)
class CaseFacts:
    """A case as one moderator finds it, read while its row is locked."""

    kind: SubjectKind
    state: CaseState
    taken_by_me: bool
    taken_at: datetime | None
    own_matter: bool  # it is about this moderator or a letter to them, or they reported it
    subject_exists: bool
    member_exists: bool
    is_held: bool = False  # about a letter or a text that waits for this decision
    needs_owner: bool = False  # about the access of a moderator or an owner, in the hands of somebody who is no owner


@dataclass(frozen=True)
class ProposedDecision:
    """What the moderator wants to decide."""

    kind: DecisionKind
    reason: str
    until: datetime | None = None


def why_not_take(case: CaseFacts, now: datetime) -> NoCase | None:
    """Nobody judges a report about or by themselves; what is decided, or taken by another within a day, stays there."""
    if problem := _why_not_touch(case):
        return problem
    if case.state == CaseState.TAKEN and not case.taken_by_me and not _waits_too_long(case, now):
        return NoCase.TAKEN_BY_OTHER
    return None


def why_not_read(case: CaseFacts) -> NoCase | None:
    """The words of a case are for whoever took it, while they hold it and after they decided it."""
    if case.own_matter:
        return NoCase.OWN_MATTER
    if case.taken_by_me:
        return None
    return NoCase.NOT_TAKEN if case.state == CaseState.OPEN else NoCase.TAKEN_BY_OTHER


def why_not_release(case: CaseFacts) -> NoCase | None:
    """Only whoever holds the case gives it back."""
    return _why_not_touch(case) or _why_not_mine(case)


def why_not_decide(case: CaseFacts, verdict: ProposedDecision, now: datetime) -> NoCase | None:
    """Only whoever took the case decides it, with a reason that can be read.

    Hidden is a letter or a text that many read: an event is called off by its host, a person is not hidden but
    suspended. Only a letter that has not arrived is given back. Advice and suspension need a member who is still
    there, a suspension an end within a year, and whether a moderator or an owner is suspended is for an owner to
    decide. About two people together there is only something to note.
    """
    if problem := _why_not_touch(case) or _why_not_mine(case):
        return problem
    if problem := _why_not_kind(case, verdict.kind):
        return problem
    if verdict.kind == DecisionKind.SUSPEND and (problem := _why_not_until(verdict.until, now)):
        return problem
    if len(verdict.reason.strip()) < REASONS.at_least:
        return NoCase.REASON_SHORT
    if len(verdict.reason.strip()) > REASONS.at_most:
        return NoCase.REASON_LONG
    return None


def fitting_kinds(case: CaseFacts) -> list[DecisionKind]:
    """The decisions that this case can end with."""
    return [kind for kind in DecisionKind if _why_not_kind(case, kind) is None]


def _why_not_touch(case: CaseFacts) -> NoCase | None:
    if case.own_matter:
        return NoCase.OWN_MATTER
    return NoCase.DECIDED if case.state == CaseState.DECIDED else None


def _why_not_mine(case: CaseFacts) -> NoCase | None:
    if case.state == CaseState.OPEN:
        return NoCase.NOT_TAKEN
    return None if case.taken_by_me else NoCase.TAKEN_BY_OTHER


def _waits_too_long(case: CaseFacts, now: datetime) -> bool:
    return case.taken_at is not None and case.taken_at + CASES.taken_for <= now


def _why_not_kind(case: CaseFacts, kind: DecisionKind) -> NoCase | None:
    if case.kind == SubjectKind.PAIR and kind != DecisionKind.NO_PROBLEM:
        return NoCase.ONLY_NOTED
    if kind == DecisionKind.HIDE and not (case.kind in {SubjectKind.LETTER, SubjectKind.TEXT} and case.subject_exists):
        return NoCase.NOTHING_TO_HIDE
    if kind == DecisionKind.GIVE_BACK and not case.is_held:
        return NoCase.NOTHING_TO_GIVE_BACK
    if kind in {DecisionKind.ADVICE, DecisionKind.GIVE_BACK, DecisionKind.SUSPEND} and not case.member_exists:
        return NoCase.NOBODY_THERE
    if kind == DecisionKind.SUSPEND and case.needs_owner:
        return NoCase.ONLY_OWNER
    return None


def _why_not_until(until: datetime | None, now: datetime) -> NoCase | None:
    if until is None:
        return NoCase.UNTIL_MISSING
    if until <= now:
        return NoCase.UNTIL_PAST
    return NoCase.UNTIL_FAR if until > now + SUSPENSIONS.longest else None


class NoReport(StrEnum):
    """Why a report is not taken in."""

    NOT_VISIBLE = "report-not-visible"  # for this member it does not exist
    ONESELF = "report-oneself"
    WORDS_LONG = "report-words-long"


@dataclass(frozen=True)
class Concern:
    """A member's wish to report something that they can see."""

    about_oneself: bool
    words: str


def why_not_report(concern: Concern) -> NoReport | None:
    """Nobody themselves, and not at any length. Reporting again is no fault: it shows the first report."""
    if concern.about_oneself:
        return NoReport.ONESELF
    if len(concern.words) > REPORTS.words:
        return NoReport.WORDS_LONG
    return None


# What may be going on at this moment, and grows with every day, comes first.
URGENCY = {
    ReportReason.SOLICITATION: Urgency.URGENT,
    ReportReason.DATING: Urgency.URGENT,
    ReportReason.PUT_DOWN: Urgency.HIGH,
    ReportReason.PRYING: Urgency.HIGH,
    ReportReason.NUISANCE: Urgency.HIGH,
    ReportReason.SCREENED: Urgency.HIGH,  # somebody waits for a letter that they wrote
    ReportReason.OTHER: Urgency.NORMAL,
    ReportReason.MUTUAL: Urgency.LOW,
}


def urgency_of(reasons: Iterable[ReportReason]) -> Urgency:
    """The urgency of the gravest of these reasons."""
    return min((URGENCY[reason] for reason in reasons), default=Urgency.NORMAL)
