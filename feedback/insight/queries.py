"""Reads for numbers: the community's month, impressions of an evening, contacts made again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from statistics import fmean, median

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from events.event.choices import Gathering
from events.event.limits import SHOWN
from events.models import Attendance, Event, Seat
from events.registration.choices import Presence
from feedback.growth.choices import StepState
from feedback.growth.queries.own_view import gains
from feedback.growth.rules.bounds import Bounds
from feedback.insight import rules
from feedback.insight.choices import Degree
from feedback.insight.limits import FIGURES, IMPRESSIONS
from feedback.insight.rules import ImpressionFacts, distribution, why_not_answer
from feedback.letters.choices import LetterState, Reaction
from feedback.letters.queries import encounter as encounters
from feedback.letters.strengths import families, strengths
from feedback.mirror.rules.month import Month
from feedback.models import Case, Help, Impression, MonthFigures, NextStep, ShortNote, StrengthFeedback, Talk
from feedback.ties.choices import TalkState
from members.accounts.taxonomies import industries
from members.models import User

QUESTIONS = {
    "at_home": _("ここに居てよかったと、感じましたか"),
    "was_heard": _("話したいことを、聴いてもらえましたか"),
    "would_return": _("こういう会に、また来たいですか"),
}


@dataclass(frozen=True)
class QuestionSums:
    """One question with its sums. `cells` is None below five answers; the hidden ones among them are left out."""

    question: str
    people: int
    cells: list[tuple[str, int]] | None


def closes_at(event: Event) -> datetime:
    """Until when the questions about this evening can be answered; then its host sees the sums."""
    return event.ends_at + IMPRESSIONS.within


def evening_of(event: Event, member: User) -> ImpressionFacts:
    """The facts for `why_not_answer`. One query."""
    return ImpressionFacts(
        was_there=encounters.was_there(event, member),
        is_host=event.host_id == member.pk,
        ends_at=event.ends_at,
        closes_at=closes_at(event),
    )


def asks(event: Event, member: User, now: datetime) -> bool:
    """Whether the page of the evening leads to the questions."""
    return why_not_answer(evening_of(event, member), now) is None


def impression_of(event: Event, member: User) -> Impression | None:
    """What `member` answered about this evening, or None."""
    return Impression.objects.filter(event=event, member=member).first()


def answers_of(event: Event, now: datetime) -> list[QuestionSums]:
    """The sums of the three questions, in one query."""
    names = [(question, degree) for question in QUESTIONS for degree in Degree.values]
    sums = Impression.objects.filter(event=event).aggregate(
        **{f"{question}/{degree}": Count("pk", filter=Q(**{question: degree})) for question, degree in names}
    )
    return [
        _answers(question, {degree: sums[f"{question}/{degree}"] for degree in Degree.values}, event, now)
        for question in QUESTIONS
    ]


def _answers(name: str, numbers: dict[str, int], event: Event, now: datetime) -> QuestionSums:
    table = distribution(numbers, closes_at=closes_at(event), now=now)
    if table is None:
        return QuestionSums(str(QUESTIONS[name]), 0, None)
    cells = [(str(Degree(degree).label), number) for degree, number in table.items() if number is not None]
    return QuestionSums(str(QUESTIONS[name]), sum(numbers.values()), cells)


Pair = frozenset[int]


def second_contact(month: Month) -> Bounds | None:
    """Of those who sat with others in the month, the share who met, wrote, talked or were helped again within 30 days.

    Four queries. A contact counts for both of the two, whoever began.
    """
    until = month.ends_at + FIGURES.second_contact_within
    meetings = list(_meetings(month.begins_at, until))
    moments: dict[Pair, list[datetime]] = defaultdict(list)
    for pair, at in (*meetings, *_between(month.begins_at, until)):
        moments[pair].append(at)
    first = [(pair, at) for pair, at in meetings if at < month.ends_at]
    people = frozenset().union(*(pair for pair, _at in first))
    again = {
        pair for pair, at in first if any(at < later <= at + FIGURES.second_contact_within for later in moments[pair])
    }
    return rules.share_between(len(frozenset().union(*again)), len(people))


def _meetings(since: datetime, until: datetime) -> Iterator[tuple[Pair, datetime]]:
    """Each pair once for each evening, at the hour at which it began."""
    seats = Seat.objects.taken().filter(round__event__starts_at__gte=since, round__event__starts_at__lt=until)
    groups: dict[tuple[int, datetime], list[int]] = defaultdict(list)
    for group, at, member in seats.values_list("group_id", "round__event__starts_at", "member_id"):
        groups[(group, at)].append(member)
    yield from {(frozenset(two), at) for (_, at), members in groups.items() for two in combinations(members, 2)}


def _between(since: datetime, until: datetime) -> Iterator[tuple[Pair, datetime]]:
    """Short notes, talks that were held, and help, of ties that stand or have ended."""
    notes = ShortNote.objects.filter(written_at__gte=since, written_at__lt=until)
    talks = Talk.objects.filter(state=TalkState.HELD, held_at__gte=since, held_at__lt=until)
    helped = Help.objects.filter(noted_at__gte=since, noted_at__lt=until)
    for rows in (
        notes.values_list("tie__first", "tie__second", "written_at"),
        talks.values_list("tie__first", "tie__second", "held_at"),
        helped.values_list("helper", "helped", "noted_at"),
    ):
        for one, other, at in rows:
            yield frozenset((one, other)), at


Measures = dict[str, Bounds | None]


Groups = dict[str, float]


@dataclass(frozen=True)
class Numbers:
    """What is published about one month."""

    measures: Measures
    groups: Groups


def months_to_freeze(now: datetime) -> list[Month]:
    """The closed months of the last year that are not frozen yet, the earliest first; none before the first evening."""
    first = Event.objects.aggregate(first=Min("starts_at"))["first"]
    if first is None:
        return []
    frozen = set(MonthFigures.objects.values_list("month", flat=True))
    month, found = Month.of(now - FIGURES.frozen_after).previous, []
    while month >= Month.of(first) and len(found) < FIGURES.look_back_months:
        found.append(month)
        month = month.previous
    return [month for month in reversed(found) if month.first_day not in frozen]


def numbers_of(month: Month) -> Numbers:
    """Everything about the month; of what people do next, about the month before the last, whose time is over."""
    first_words, groups = _first_words(month)
    earlier = month.previous.previous
    return Numbers(
        measures={
            "first-words": first_words,
            **_letters(month),
            "halves": _halves(month.ends_at),
            "steps-set": _steps_set(earlier),
            "steps-done": _steps_done(earlier),
            **gains(month),
            "second-contact": second_contact(earlier),
            "second-evening": _second_evening(earlier),
        },
        groups=groups,
    )


def _attendances(month: Month) -> QuerySet[Attendance]:
    return Attendance.objects.filter(
        presence=Presence.PRESENT,
        registration__event__starts_at__gte=month.begins_at,
        registration__event__starts_at__lt=month.ends_at,
    )


def _first_words(month: Month) -> tuple[Bounds | None, Groups]:
    """Of those who were there, the share whom words reached within 72 hours: of all, by industry and by first time.

    At an evening without groups nobody can write to anybody: it counts in none of them.
    """
    words = StrengthFeedback.objects.filter(
        receiver=OuterRef("registration__member"),
        event=OuterRef("registration__event"),
        released_at__lte=F("event__ends_at") + FIGURES.first_words_within,
    )
    rows = (
        _attendances(month)
        .filter(registration__event__gathering=Gathering.GROUPS)
        .annotate(has_words=Exists(words))
        .values_list("registration__member__profile__industry", "registration__is_first_timer", "has_words")
        .annotate(number=Count("pk"))
    )
    tables: dict[str, dict[str, list[int]]] = {
        "industry": defaultdict(lambda: [0, 0]),
        "first-timer": defaultdict(lambda: [0, 0]),
    }
    for industry, is_new, has_words, number in rows:
        column = 0 if has_words else 1
        tables["industry"][industry if industry in industries() else "untold"][column] += number
        tables["first-timer"]["new" if is_new else "back"][column] += number
    have = sum(first for first, _ in tables["first-timer"].values())
    have_not = sum(second for _, second in tables["first-timer"].values())
    groups = {
        f"{kind}/{name}": share
        for kind, table in tables.items()
        for name, share in rules.group_shares({name: (cells[0], cells[1]) for name, cells in table.items()}).items()
    }
    return rules.share_between(have, have + have_not), groups


def _letters(month: Month) -> Measures:
    """All that the letters which arrived in the month tell, in two queries."""
    arrived = StrengthFeedback.objects.filter(
        released_at__gte=month.begins_at,
        released_at__lt=month.ends_at,
        state__in=[LetterState.RELEASED, LetterState.HIDDEN],
    )
    rows = list(
        arrived.values_list("giver", "saw", "would_count", "picks", "reaction", "put_away_at", "state", "regretted_at")
    )
    total = len(rows)
    most, rarest, entropy = rules.spread(
        [key for row in rows for key in row[3] if key in strengths()],
        {name: [strength.key for strength in five] for name, five in families().items()},
    )
    reactions = rules.reactions_between({name: sum(row[4] == name for row in rows) for name in Reaction.values})
    hidden = sum(row[5] is not None or row[6] == LetterState.HIDDEN for row in rows)
    reported = Case.objects.filter(letter__in=arrived.values("pk")).values("letter").distinct().count()
    return {
        "length": _median([len(row[1]) for row in rows], givers={row[0] for row in rows}),
        "scene": rules.share_between(sum(rules.has_scene(row[1]) for row in rows), total),
        "my-industry": rules.share_between(sum(bool(row[2]) for row in rows), total),
        "discovery": reactions[Reaction.DISCOVERY],
        "fits": reactions[Reaction.FITS],
        "most-picked": most,
        "rarest-family": rarest,
        "entropy": entropy,
        "hidden": _per_thousand(hidden, total),
        "reported": _per_thousand(reported, total),
        "regretted": _per_thousand(sum(row[7] is not None for row in rows), total),
    }


def _median(lengths: list[int], *, givers: Collection[int]) -> Bounds | None:
    if len(givers) < SHOWN.fewest:
        return None
    middle = median(lengths)
    return Bounds(middle, middle)


def _per_thousand(number: int, total: int) -> Bounds | None:
    share = rules.share_between(number, total)
    return share and Bounds(1000 * share.low, 1000 * share.high)


def _halves(until: datetime) -> Bounds | None:
    """The mean over the members whom ten givers or more have written to; of fewer than five such members, nothing."""
    counted = StrengthFeedback.objects.filter(state=LetterState.RELEASED, put_away_at=None, released_at__lt=until)
    rich = counted.values("receiver").annotate(givers=Count("giver", distinct=True))
    rows = counted.filter(receiver__in=rich.filter(givers__gte=FIGURES.givers_for_halves).values("receiver"))
    picked: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for receiver, giver, picks in rows.values_list("receiver", "giver", "picks"):
        picked[receiver][giver].update(picks)
    known = list(strengths())
    found = [value for by_giver in picked.values() if (value := rules.halves(by_giver, known)) is not None]
    if len(found) < rules.MEMBERS_FOR_HALVES:
        return None
    return Bounds(fmean(found), fmean(found))


def _steps_set(month: Month) -> Bounds | None:
    """Of those who were at an evening, the share who decided a step within two weeks of it."""
    step = NextStep.objects.filter(
        member=OuterRef("registration__member"),
        decided_at__gte=OuterRef("registration__event__starts_at"),
        decided_at__lt=OuterRef("registration__event__starts_at") + FIGURES.step_within,
    )
    return _share_of_members(_attendances(month), step)


def _steps_done(month: Month) -> Bounds | None:
    """Of the steps whose first day lay in the month, the share that was done."""
    numbers = NextStep.objects.filter(first_on__gte=month.first_day, first_on__lt=month.next.first_day).aggregate(
        all=Count("pk"), done=Count("pk", filter=Q(state=StepState.DONE))
    )
    return rules.share_between(numbers["done"], numbers["all"])


def _second_evening(month: Month) -> Bounds | None:
    """Of those whose first evening it was, the share who came to another within 45 days."""
    another = Attendance.objects.filter(
        presence=Presence.PRESENT,
        registration__member=OuterRef("registration__member"),
        registration__event__starts_at__gt=OuterRef("registration__event__starts_at"),
        registration__event__starts_at__lte=OuterRef("registration__event__starts_at") + FIGURES.second_evening_within,
    )
    return _share_of_members(_attendances(month).filter(registration__is_first_timer=True), another)


def _share_of_members(attendances: QuerySet[Attendance], condition: QuerySet) -> Bounds | None:
    """Each member once, however many evenings they came to."""
    rows = attendances.annotate(holds=Exists(condition))
    numbers = rows.aggregate(
        all=Count("registration__member", distinct=True),
        hold=Count("registration__member", distinct=True, filter=Q(holds=True)),
    )
    return rules.share_between(numbers["hold"], numbers["all"])
