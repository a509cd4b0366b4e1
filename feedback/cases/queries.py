"""Reads about cases: what each is about, facts for the rules, the moderators' list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Model, Q, QuerySet

from events.models import Event
from feedback.cases.choices import CaseState, SubjectKind
from feedback.cases.rules import CaseFacts
from feedback.models import Case, Decision, Report
from members.models import AuditEntry, Suspension, User
from members.standing.rules import needs_owner
from members.texts.choices import TextKind, TextState

# --- reports and cases


@dataclass
class MemberRecord:
    """What is on record about a member whom a case concerns: facts, no score."""

    decisions: list[Decision]
    suspensions: list[Suspension]
    reports: int  # other reports about them, decided or not


def open_report_by(reporter: User, subject_key: str) -> Report | None:
    """What `reporter` already told about this subject, while nothing is decided."""
    mine = Report.objects.filter(reporter=reporter, case__subject_key=subject_key)
    return mine.exclude(case__state=CaseState.DECIDED).first()


@dataclass(frozen=True)
class CaseReading:
    """How often one person read the words of a case, and when last; nobody where the account has gone."""

    by: User | None
    times: int
    last: datetime


def case_facts(case: Case, moderator: User) -> CaseFacts:
    """The facts for the rules about `case`, as `moderator` finds it."""
    reported_by_them = case.reports.filter(reporter=moderator).exists()
    receives = case.letter is not None and case.letter.receiver_id == moderator.pk
    return CaseFacts(
        kind=case.kind,
        state=CaseState(case.state),
        taken_by_me=case.taken_by_id == moderator.pk,
        taken_at=case.taken_at,
        own_matter=moderator.pk in {case.member_id, case.other_id} or reported_by_them or receives,
        subject_exists=_subject_id(case) is not None,
        member_exists=case.member_id is not None,
        is_held=_is_held(case),
        needs_owner=case.member is not None and needs_owner(case.member.roles, moderator.roles),
    )


def cases_for(moderator: User) -> QuerySet[Case]:
    """The cases that `moderator` may see, with what a line of the queue shows. Two queries for any number."""
    cases = Case.objects.visible_to(moderator).select_related("taken_by__profile", "decision")
    return cases.prefetch_related("reports")


def case_counts(moderator: User) -> dict[str, int]:
    """How many cases wait, are in my hands, in others' hands, and are decided."""
    mine = Q(state=CaseState.TAKEN, taken_by=moderator)
    return Case.objects.visible_to(moderator).aggregate(
        waiting=Count("pk", filter=Q(state=CaseState.OPEN)),
        mine=Count("pk", filter=mine),
        others=Count("pk", filter=Q(state=CaseState.TAKEN) & ~mine),
        decided=Count("pk", filter=Q(state=CaseState.DECIDED)),
    )


def record_of(member: User, case: Case, moderator: User) -> MemberRecord:
    """The history of `member` beside `case`, without what `moderator` has a part in: they would read how it ended."""
    cases = Case.objects.visible_to(moderator).filter(member=member).exclude(pk=case.pk)
    others = Decision.objects.filter(case__in=cases)
    return MemberRecord(
        decisions=list(others.select_related("case", "decided_by__profile").order_by("-decided_at", "-pk")),
        suspensions=list(member.suspensions.order_by("-starts_at", "-pk")),
        reports=Report.objects.filter(case__in=cases).count(),
    )


def readings_of(case: Case) -> list[CaseReading]:
    """The staff who read the words of a case, as the record of acts has it; the latest reader comes first."""
    lines = AuditEntry.objects.filter(object_type=AuditEntry.type_of(case), object_id=case.pk, verb="read-case")
    counted = lines.values("by").annotate(times=Count("pk"), last=Max("at")).order_by("-last")
    people = User.objects.select_related("profile").in_bulk([row["by"] for row in counted])
    return [CaseReading(people.get(row["by"]), row["times"], row["last"]) for row in counted]


def _is_held(case: Case) -> bool:
    """Whether a letter or a text waits for the decision."""
    is_letter = case.letter is not None and case.letter.is_held
    return is_letter or (case.text is not None and case.text.state == TextState.HELD)


def _subject_id(case: Case) -> int | None:
    return {
        SubjectKind.MEMBER: case.member_id,
        SubjectKind.LETTER: case.letter_id,
        SubjectKind.EVENT: case.event_id,
        SubjectKind.TEXT: case.text_id,
        SubjectKind.NOTE: None,  # a note cannot be hidden; what it said is in the reports
        SubjectKind.PAIR: case.member_id and case.other_id,
    }[case.kind]


if TYPE_CHECKING:
    from feedback.letters.models import StrengthFeedback


@dataclass(frozen=True)
class SharedText:
    """A text that many read, as it stands on the page. A wish stands there without its writer's name."""

    kind: TextKind
    about: int
    words: str
    is_named: bool


@dataclass(frozen=True)
class Subject:
    """Something that this reporter can see and may report."""

    kind: SubjectKind
    concerned: User  # whom the report is about: the person, the letter's giver, the event's host, the note's writer
    letter: StrengthFeedback | None = None
    event: Event | None = None
    note: Model | None = None
    text: SharedText | None = None

    @property
    def may_be_blocked(self) -> bool:
        """May the page name whom it is about? Not a host for an evening, nor who wrote a text without their name."""
        return self.event is None and (self.text is None or self.text.is_named)

    @property
    def key(self) -> str:
        """How a case is found again, even when the subject is gone."""
        if self.text:
            return f"{self.kind.value}/{self.text.kind}-{self.concerned.pk}-{self.text.about}"
        return f"{self.kind.value}/{(self.letter or self.event or self.note or self.concerned).pk}"


def held_letter_seen(letter: StrengthFeedback, reason: str) -> dict[str, Any]:
    """The case of a letter that has not arrived, with the code of what the screening found."""
    return {**letter_seen(letter), "found": reason}


def text_seen(kind: str, writer: User, words: str, found: str = "") -> dict[str, Any]:
    """A text that many read, with its writer, and what the screening found in one that waits."""
    return {"person": named(writer), "what": kind, "text": words, **({"found": found} if found else {})}


def letter_seen(letter: StrengthFeedback) -> dict[str, Any]:
    return {
        "person": named(letter.giver),
        "event": evening_seen(letter.event),
        "picks": letter.picks,
        "saw": letter.saw,
        "would_count": letter.would_count,
        "written_at": letter.written_at.isoformat(),
    }


def named(person: User) -> dict[str, Any]:
    return {"id": person.pk, "called_name": person.called_name}


def evening_seen(event: Event) -> dict[str, Any]:
    return {"id": event.pk, "title": event.title, "starts_at": event.starts_at.isoformat()}
