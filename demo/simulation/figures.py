"""What the simulation came to: figures read from its database at the end."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import combinations
from statistics import fmean, median, quantiles

from demo.simulation.world import World, day_of
from events.event.choices import EventState
from events.models import Attendance, Event, Mark, Registration, Seat
from events.registration.choices import Presence
from feedback.mirror.limits import MIRROR
from feedback.models import Introduction, NextStep, ShortNote, StrengthFeedback, Talk, Thanks, Tie
from feedback.ties.choices import TalkState
from members.mail.choices import MailState
from members.mail.kinds import KINDS, weekly_kinds
from members.models import OutgoingMail, Period

SOON = timedelta(hours=72)
EVENINGS_LISTED = (1, 2, 3, 4, 6, 9, 12)
Pair = tuple[int, int]


@dataclass(frozen=True)
class Spread:
    """How a number is spread over people."""

    people: int
    mean: float
    low: float  # a tenth are at or below it
    middle: float
    high: float  # a tenth are at or above it


@dataclass(frozen=True)
class AttendedEvening:
    """One evening of somebody who was there: whom they sat with."""

    event: int
    ended_at: datetime
    others: frozenset[int]


@dataclass(frozen=True)
class SimulationFigures:
    """All that is printed, and the same as JSON. Shares lie between 0 and 1, None where there is nothing to divide."""

    members: int
    members_paid_at_end: int
    evenings: int
    seats_attended: int
    members_who_attended: int
    evenings_a_member: Spread | None
    industries_met: Spread | None  # distinct, per member who attended; one's own counts where it was met in others
    industries_by_evenings: dict[int, Spread] = field(default_factory=dict)
    people_met: Spread | None = None
    pair_meetings: int = 0  # a pair that sat in one group at an evening, once per evening
    repeat_share: float | None = None  # of these, the ones whose pair had met at an earlier evening
    twice_in_an_evening: float | None = None  # of these, the ones whose pair sat together in two talks
    thanks: int = 0
    letters: int = 0
    letter_soon: float | None = None  # of the seats attended: a letter about this evening within 72 hours of its end
    first_letter_soon: float | None = None  # of the members: a letter within 72 hours of their first evening
    mirrors_open: float | None = None  # of the members who attended
    mirror_after_evenings: Spread | None = None
    ties_formed: int = 0
    ties_ended: int = 0
    ties_kept: int = 0  # open at the end, with a second contact: a note, a talk for two, or another evening together
    ties_a_member: Spread | None = None
    short_notes: int = 0
    talks_held: int = 0
    introductions: int = 0
    introductions_formed: int = 0
    steps: dict[str, int] = field(default_factory=dict)  # by state
    mails: int = 0
    mails_by_kind: dict[str, int] = field(default_factory=dict)
    mails_a_week: float | None = None  # mean over weeks of membership
    mails_most_in_a_week: int = 0
    weeks_over_three: float | None = None  # share of weeks with more than three mails of any kind
    limited_mails_a_week: float | None = None  # of those kinds that the weekly limit counts
    limited_mails_most: int = 0
    marks: int = 0
    marks_with_points: int = 0
    marks_by_kind: dict[str, int] = field(default_factory=dict)
    registrations: int = 0
    absent: int = 0
    refusals: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict:
        return asdict(self)


def figures_of(world: World) -> SimulationFigures:
    """Count everything once."""
    met = _evenings_of_members()
    industry = {person.pk: person.industry for person in world.people.values()}
    industries = {pk: {industry[one] for each in theirs for one in each.others} for pk, theirs in met.items()}
    ended = {each.event: each.ended_at for theirs in met.values() for each in theirs}
    letters = list(
        StrengthFeedback.objects.released()
        .order_by("released_at", "pk")
        .values_list("receiver", "giver", "event", "released_at")
    )
    return SimulationFigures(
        members=len(world.people),
        members_paid_at_end=_paid(world),
        evenings=Event.objects.filter(state=EventState.CLOSED).count(),
        seats_attended=sum(map(len, met.values())),
        members_who_attended=len(met),
        evenings_a_member=spread(len(theirs) for theirs in met.values()),
        industries_met=spread(map(len, industries.values())),
        industries_by_evenings=_by_evenings(met, industries),
        people_met=spread(len(set().union(*(each.others for each in theirs))) for theirs in met.values()),
        thanks=Thanks.objects.count(),
        letters=len(letters),
        letter_soon=_letter_soon(met, letters),
        first_letter_soon=_first_letter_soon(met, letters),
        marks=Mark.objects.count(),
        marks_with_points=Mark.objects.filter(points__gt=0).count(),
        marks_by_kind=_counted(Mark.objects.values_list("kind", flat=True)),
        registrations=Registration.objects.count(),
        absent=_absent(),
        refusals=dict(sorted(world.clock.refusals.items())),
        **_meetings(ended),
        **_mirrors(met, letters),
        **_ties(met),
        **_mails(world),
    )


def spread(values: Iterable[float]) -> Spread | None:
    """Mean and deciles, rounded so that they read alike everywhere; None for nobody."""
    found = sorted(values)
    if not found:
        return None
    deciles = quantiles(found, n=10, method="inclusive") if len(found) > 1 else [found[0]] * 9
    return Spread(
        len(found), round(fmean(found), 3), round(deciles[0], 2), round(median(found), 2), round(deciles[8], 2)
    )


def share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _evenings_of_members() -> dict[int, list[AttendedEvening]]:
    """The evenings of each member who was there, in order."""
    there = Attendance.objects.filter(presence=Presence.PRESENT).values_list(
        "registration__member", "registration__event", "registration__event__ends_at"
    )
    beside = _beside()
    evenings: dict[int, list[AttendedEvening]] = defaultdict(list)
    for member, event, ended_at in there.order_by("registration__event__ends_at", "pk"):
        evenings[member].append(AttendedEvening(event, ended_at, frozenset(beside[event, member])))
    return dict(sorted(evenings.items()))


def _beside() -> dict[Pair, set[int]]:
    """By event and member: who sat in a group with them."""
    beside: dict[Pair, set[int]] = defaultdict(set)
    for event, group in _groups():
        for member in group:
            beside[event, member].update(set(group) - {member})
    return beside


def _groups() -> Iterable[tuple[int, list[int]]]:
    groups: dict[Pair, list[int]] = defaultdict(list)
    seats = Seat.objects.seen().order_by("group", "member").values_list("round__event", "group", "member")
    for event, group, member in seats:
        groups[event, group].append(member)
    return [(event, people) for (event, _), people in groups.items()]


def _by_evenings(met: dict[int, list[AttendedEvening]], industries: dict[int, set[str]]) -> dict[int, Spread]:
    by_number: dict[int, list[int]] = defaultdict(list)
    for pk, theirs in met.items():
        by_number[len(theirs)].append(len(industries[pk]))
    found = {number: spread(by_number[number]) for number in EVENINGS_LISTED if by_number[number]}
    return {number: one for number, one in found.items() if one}


def _meetings(ended: dict[int, datetime]) -> dict:
    """Each pair once per evening, in the order of the evenings."""
    talks: Counter[tuple[int, Pair]] = Counter()
    for event, group in _groups():
        talks.update((event, pair) for pair in combinations(group, 2) if event in ended)
    known: set[Pair] = set()
    repeats = 0
    for _, pair in sorted(talks, key=lambda one: (ended[one[0]], one)):
        repeats += pair in known
        known.add(pair)
    twice = sum(times > 1 for times in talks.values())
    return {
        "pair_meetings": len(talks),
        "repeat_share": share(repeats, len(talks)),
        "twice_in_an_evening": share(twice, len(talks)),
    }


Letter = tuple[int, int, int, datetime]  # receiver, giver, event, when it arrived


def _letter_soon(met: dict[int, list[AttendedEvening]], letters: Sequence[Letter]) -> float | None:
    arrived = _first_arrivals(letters)
    seats = [(pk, each) for pk, theirs in met.items() for each in theirs]
    soon = sum((pk, each.event) in arrived and arrived[pk, each.event] <= each.ended_at + SOON for pk, each in seats)
    return share(soon, len(seats))


def _first_letter_soon(met: dict[int, list[AttendedEvening]], letters: Sequence[Letter]) -> float | None:
    arrived = _first_arrivals(letters)
    firsts = {pk: theirs[0] for pk, theirs in met.items()}
    soon = sum(
        (pk, each.event) in arrived and arrived[pk, each.event] <= each.ended_at + SOON for pk, each in firsts.items()
    )
    return share(soon, len(firsts))


def _first_arrivals(letters: Sequence[Letter]) -> dict[Pair, datetime]:
    """By receiver and event: when the first letter about it arrived."""
    arrived: dict[Pair, datetime] = {}
    for receiver, _, event, at in letters:
        arrived.setdefault((receiver, event), at)
    return arrived


def _mirrors(met: dict[int, list[AttendedEvening]], letters: Sequence[Letter]) -> dict:
    """How many evenings a member had been to when their mirror opened, with the letter of its third giver."""
    givers: dict[int, set[int]] = defaultdict(set)
    opened: dict[int, datetime] = {}
    for receiver, giver, _, at in letters:
        givers[receiver].add(giver)
        if len(givers[receiver]) == MIRROR.open_at:
            opened.setdefault(receiver, at)
    after = [sum(each.ended_at < at for each in met[pk]) for pk, at in sorted(opened.items())]
    return {"mirrors_open": share(len(opened), len(met)), "mirror_after_evenings": spread(after)}


def _ties(met: dict[int, list[AttendedEvening]]) -> dict:
    ties = list(Tie.objects.order_by("first", "second"))
    in_touch = {
        *ShortNote.objects.values_list("tie", flat=True),
        *Talk.objects.filter(state=TalkState.HELD).values_list("tie", flat=True),
    }
    kept = sum(tie.ended_at is None and (tie.pk in in_touch or _met_again(tie, met)) for tie in ties)
    of_member = Counter(pk for tie in ties if tie.ended_at is None for pk in (tie.first_id, tie.second_id))
    return {
        "ties_formed": len(ties),
        "ties_ended": sum(tie.ended_at is not None for tie in ties),
        "ties_kept": kept,
        "ties_a_member": spread(of_member[pk] for pk in met),
        "short_notes": ShortNote.objects.count(),
        "talks_held": Talk.objects.filter(state=TalkState.HELD).count(),
        "introductions": Introduction.objects.count(),
        "introductions_formed": Introduction.objects.formed().count(),
        "steps": _counted(NextStep.objects.values_list("state", flat=True)),
    }


def _met_again(tie: Tie, met: dict[int, list[AttendedEvening]]) -> bool:
    return any(tie.second_id in each.others and each.ended_at > tie.formed_at for each in met.get(tie.first_id, ()))


def _mails(world: World) -> dict:
    """Mails that left, by the weeks of each member's time: from joining to the end."""
    rows = OutgoingMail.objects.filter(state=MailState.SENT, to__in=list(world.people)).values_list(
        "to", "kind", "sent_at"
    )
    weeks = {pk: _week(world.clock.end, person.joins_at) + 1 for pk, person in world.people.items()}
    every: Counter[Pair] = Counter()
    limited: Counter[Pair] = Counter()
    kinds: Counter[str] = Counter()
    for member, kind, sent_at in rows:
        week = (member, _week(sent_at, world.people[member].joins_at))
        every[week] += 1
        limited[week] += kind in weekly_kinds()
        kinds[kind] += 1
    whole = sum(weeks.values())
    return {
        "mails": sum(kinds.values()),
        "mails_by_kind": {kind: kinds[kind] for kind in KINDS if kinds[kind]},
        "mails_a_week": round(sum(every.values()) / whole, 4) if whole else None,
        "mails_most_in_a_week": max(every.values(), default=0),
        "weeks_over_three": share(sum(number > 3 for number in every.values()), whole),
        "limited_mails_a_week": round(sum(limited.values()) / whole, 4) if whole else None,
        "limited_mails_most": max(limited.values(), default=0),
    }


def _week(when: datetime, joined_at: datetime) -> int:
    return (when - joined_at).days // 7


def _absent() -> int:
    closed = Registration.objects.confirmed().filter(event__state=EventState.CLOSED)
    return closed.exclude(attendance__presence__in=[Presence.PRESENT, Presence.EXCUSED]).count()


def _paid(world: World) -> int:
    today = day_of(world.clock.end)
    days = Period.objects.filter(member__in=list(world.people), starts_on__lte=today, ends_on__gt=today)
    return days.values("member").distinct().count()


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))
