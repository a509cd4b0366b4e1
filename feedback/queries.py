"""Reads of this app: facts for the rules, lists for the pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet

from events.choices import Presence
from events.models import Attendance, Event, Note, Seat
from feedback.choices import LETTER_MOVES, CaseState, LetterState, SubjectKind
from feedback.models import Case, Decision, NamelessPicks, Report, SelfStrengthSet, Skip, StrengthFeedback, Thanks
from feedback.rules.case import CaseFacts
from feedback.rules.letter import TOKYO, Encounter
from kouryu.prepared import prepared
from members.choices import TextState
from members.models import AuditEntry, Suspension, User
from members.queries import blocked_by, is_within_reach, within_reach
from members.rules.standing import needs_owner

# --- letters

GIVEN = (LetterState.SCHEDULED, LetterState.HELD, LetterState.RELEASED, LetterState.HIDDEN)


@dataclass
class Companion:
    """Somebody with whom a member shared a group at an event, and what has passed between the two since."""

    person: User
    rounds: list[int] = field(default_factory=list)
    letter: StrengthFeedback | None = None  # from me to them
    thanks: Thanks | None = None  # from me to them
    thanks_back: Thanks | None = None  # from them to me
    is_skipped: bool = False  # I chose to write nothing; only I know
    is_marked: bool = False  # I left picks without my name
    is_within_reach: bool = False  # something can be brought to them now

    @property
    def is_undecided(self) -> bool:
        """Whether I can write, and have neither written nor chosen not to."""
        if self.is_skipped or self.is_marked or not self.is_within_reach:
            return False
        return self.letter is None or self.letter.state == LetterState.DRAFT


def letters_close_at(event: Event) -> datetime:
    """Until when one can write about this evening."""
    return event.ends_at + settings.LETTERS_WITHIN


def encounter(giver: User, receiver_id: int, event: Event, letter: StrengthFeedback | None, now: datetime) -> Encounter:
    """The facts for `why_not_write` and `why_not_thank`. Three queries; `letter` is the one between the two."""
    groups = Seat.objects.seen().filter(round__event=event, member=giver).values("group")
    pair = [giver.pk, receiver_id]
    return Encounter(
        is_oneself=giver.pk == receiver_id,
        both_were_there=_present(event).filter(registration__member__in=pair).count() == 2,
        shared_a_group=Seat.objects.filter(group__in=groups, member=receiver_id).exists(),
        is_within_reach=is_within_reach(giver, receiver_id, now),
        starts_at=event.starts_at,
        closes_at=letters_close_at(event),
        is_held=letter is not None and letter.state == LetterState.HELD,
        is_final=letter is not None and LetterState.SCHEDULED not in LETTER_MOVES[LetterState(letter.state)],
        given_today=_given_on(giver, now).exclude(receiver=receiver_id, event=event).count(),
        daily_limit=settings.LETTERS_A_DAY,
    )


def was_there(event: Event, member: User) -> bool:
    """Was `member` present at this event?"""
    return _present(event).filter(registration__member=member).exists()


def companions(event: Event, member: User, now: datetime) -> list[Companion]:
    """Who sat in a group with `member` and was really there, in the order of meeting; whom they block is left out.

    The same queries for three people and for thirty.
    """
    groups = Seat.objects.seen().filter(round__event=event, member=member).values("group")
    there = _present(event).values("registration__member")
    seats = (
        Seat.objects.filter(group__in=groups, member__in=there)
        .exclude(member=member)
        .exclude(member__in=blocked_by(member))
        .select_related("member__profile", "round")
        .order_by("round__number", "pk")
    )
    met: dict[int, Companion] = {}
    for seat in seats:
        met.setdefault(seat.member_id, Companion(seat.member)).rounds.append(seat.round.number)
    for person_id in within_reach(member, now).filter(pk__in=met).values_list("pk", flat=True):
        met[person_id].is_within_reach = True
    for letter in StrengthFeedback.objects.given_by(member).filter(event=event, receiver__in=met):
        met[letter.receiver_id].letter = letter
    mine = {"giver": member, "event": event, "receiver__in": met}
    for receiver_id in Skip.objects.filter(**mine).values_list("receiver", flat=True):
        met[receiver_id].is_skipped = True
    for receiver_id in NamelessPicks.objects.filter(**mine).values_list("receiver", flat=True):
        met[receiver_id].is_marked = True
    for thanks in Thanks.objects.filter(
        Q(giver=member, receiver__in=met) | Q(receiver=member, giver__in=met), event=event
    ):
        if thanks.giver_id == member.pk:
            met[thanks.receiver_id].thanks = thanks
        else:
            met[thanks.giver_id].thanks_back = thanks
    return list(met.values())


def letter_between(giver: User, receiver: User, event: Event) -> StrengthFeedback | None:
    """The letter about this event, in whatever state, or None; not what the receiver may see."""
    return StrengthFeedback.objects.filter(giver=giver, receiver=receiver, event=event).first()


def note_of(event: Event, member: User) -> Note | None:
    """What `member` wrote down for themselves at this evening."""
    return Note.objects.filter(event=event, member=member).first()


class Received(NamedTuple):
    """What a mirror is made of: a letter that arrived, without its words."""

    giver_id: int
    giver_industry: str
    picks: list[str]
    released_at: datetime
    opened_at: datetime | None
    put_away_at: datetime | None


def letters_to(member: User) -> list[Received]:
    """All that reached `member`, the latest first; letters to be read are in feedback/letters.py, a page at a time."""
    return [Received(*row) for row in _letters_to.ask(member_id=member.pk)]


@prepared
def _letters_to(member_id: int) -> QuerySet[StrengthFeedback]:
    letters = StrengthFeedback.objects.visible_to(member_id).order_by("-released_at", "-pk")
    return letters.values_list(*Received._fields)


def thanks_between(giver: User, receiver: User, event: Event) -> Thanks | None:
    """The thanks from `giver` to `receiver` for this event, or None."""
    return Thanks.objects.filter(giver=giver, receiver=receiver, event=event).first()


def own_strengths(member: User) -> SelfStrengthSet | None:
    """The latest strengths that `member` chose for themselves."""
    return _own_strengths.first(member_id=member.pk)


@prepared
def _own_strengths(member_id: int) -> QuerySet[SelfStrengthSet]:
    return SelfStrengthSet.objects.filter(member=member_id).order_by("-version")[:1]


def asks_for_own_strengths(own: SelfStrengthSet | None, letters: Sequence[Received]) -> bool:
    """Should the member be asked once more before the first seal breaks? What others see would colour the answer."""
    return own is None and bool(letters) and all(letter.opened_at is None for letter in letters)


def _present(event: Event):
    return Attendance.objects.filter(registration__event=event, presence=Presence.PRESENT)


def _given_on(giver: User, now: datetime):
    """The letters that `giver` gave on the Tokyo day of `now`."""
    midnight = now.astimezone(TOKYO).replace(hour=0, minute=0, second=0, microsecond=0)
    return StrengthFeedback.objects.filter(
        giver=giver,
        state__in=GIVEN,
        written_at__gte=midnight,
        written_at__lt=midnight + timedelta(days=1),
    )


# --- reports and cases


@dataclass
class Record:
    """What is on record about a member whom a case concerns: facts, no score."""

    decisions: list[Decision]
    suspensions: list[Suspension]
    reports: int  # other reports about them, decided or not


def open_report_by(reporter: User, subject_key: str) -> Report | None:
    """What `reporter` already told about this subject, while nothing is decided."""
    mine = Report.objects.filter(reporter=reporter, case__subject_key=subject_key)
    return mine.exclude(case__state=CaseState.DECIDED).first()


@dataclass(frozen=True)
class Reading:
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


def record_of(member: User, case: Case, moderator: User) -> Record:
    """The history of `member` beside `case`, without what `moderator` has a part in: they would read how it ended."""
    cases = Case.objects.visible_to(moderator).filter(member=member).exclude(pk=case.pk)
    others = Decision.objects.filter(case__in=cases)
    return Record(
        decisions=list(others.select_related("case", "decided_by__profile").order_by("-decided_at", "-pk")),
        suspensions=list(member.suspensions.order_by("-starts_at", "-pk")),
        reports=Report.objects.filter(case__in=cases).count(),
    )


def readings_of(case: Case) -> list[Reading]:
    """Who read the words of a case, as the record of acts has it; whoever read last comes first."""
    lines = AuditEntry.objects.filter(object_type=case._meta.label_lower, object_id=case.pk, verb="read-case")
    counted = lines.values("by").annotate(times=Count("pk"), last=Max("at")).order_by("-last")
    people = User.objects.select_related("profile").in_bulk([row["by"] for row in counted])
    return [Reading(people.get(row["by"]), row["times"], row["last"]) for row in counted]


def _is_held(case: Case) -> bool:
    """Whether a letter or a text waits for the decision."""
    is_letter = case.letter is not None and case.letter.state == LetterState.HELD
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
