"""What must always be true of letters and of picks without a name, whatever happened before.

Part of `feedback.invariants.cases`. No sentence says what was written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TypeVar

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncTime

from events.models import Attendance, Seat
from events.registration.choices import Presence
from feedback.cases.choices import DecisionKind
from feedback.letters.choices import GIVEN, LetterState
from feedback.letters.limits import LETTERS
from feedback.models import AnonymousPicks, AnonymousPool, Decision, StrengthFeedback
from kouryu.clock import TOKYO
from members.audit.checking import noted, overdue, then
from members.models import User

ON_ITS_WAY = (LetterState.SCHEDULED, LetterState.RELEASED, LetterState.HIDDEN)
RECEIVERS_AT_ONCE = 200
Row = TypeVar("Row")

LETTER = "Compare with the lines about it in the record of acts; a letter that should not be there is hidden in a case."
ANONYMOUS_PICKS = "Show the mirror of this receiver to nobody until the set is put back: it may tell who left it."


@then(LETTER)
def letters_have_a_morning(now: datetime) -> list[str]:
    """The hour at which letters arrive, after it was written."""
    hour = StrengthFeedback.objects.annotate(hour=TruncTime("deliver_at", tzinfo=TOKYO))
    on_its_way = hour.filter(Q(state=LetterState.SCHEDULED) | Q(released_at__isnull=False))
    broken = on_its_way.filter(Q(deliver_at=None) | ~Q(hour=LETTERS.arrives_at) | Q(deliver_at__lte=F("written_at")))
    stayed = StrengthFeedback.objects.exclude(state__in=ON_ITS_WAY).filter(deliver_at__isnull=False)
    return [f"letter {letter.pk} has no morning to arrive in" for letter in broken.order_by("pk")] + [
        f"letter {letter.pk} is {letter.state} and has a morning" for letter in stayed.order_by("pk")
    ]


@then(LETTER)
def letters_arrive_as_noted(now: datetime) -> list[str]:
    """At the moment of its line, and only then is it there; what was hidden before has never arrived."""
    arrived = Q(released_at__isnull=False)
    unnoted = arrived & ~Q(noted(StrengthFeedback, "release-letter", at=OuterRef("released_at")))
    elsewhere = arrived & ~Q(state__in=[LetterState.RELEASED, LetterState.HIDDEN])
    broken = StrengthFeedback.objects.filter(unnoted | elsewhere).order_by("pk")
    return [f"letter {letter.pk} did not arrive when it says" for letter in broken]


@then(LETTER)
def letters_are_opened_after_they_arrived(now: datetime) -> list[str]:
    """So are they put away, answered to oneself, and regretted; a hidden one could still be regretted."""
    touched = Q(opened_at__isnull=False) | Q(put_away_at__isnull=False) | ~Q(reaction="")
    never = Q(released_at=None) & touched
    before = Q(opened_at__lt=F("released_at")) | Q(put_away_at__lt=F("released_at"))
    regretted = Q(regretted_at__lt=F("released_at"))
    unarrived = Q(regretted_at__isnull=False, released_at=None) & ~Q(state=LetterState.HIDDEN)
    broken = StrengthFeedback.objects.filter(never | before | regretted | unarrived).order_by("pk")
    return [f"letter {letter.pk} was read before it arrived" for letter in broken]


@then("See whether the sweep of the morning runs (release_letters); it lets the letter arrive by itself.")
def letters_leave_in_their_morning(now: datetime) -> list[str]:
    """A suspension of one of the two moves the morning, and a held letter has none."""
    late = StrengthFeedback.objects.due(overdue("release-letters", now)).order_by("pk")
    return [f"letter {letter.pk} should have arrived" for letter in late]


@then(LETTER)
def letters_are_written_in_their_time(now: datetime) -> list[str]:
    """From the start of the evening until its letters close, and each time with a line."""
    early, late = (
        Q(written_at__lt=F("event__starts_at")),
        Q(written_at__gt=F("event__ends_at") + LETTERS.within),
    )
    unnoted = Q(state__in=GIVEN) & ~Q(noted(StrengthFeedback, "write-letter", by=OuterRef("giver")))
    broken = StrengthFeedback.objects.filter(early | late | unnoted).order_by("pk")
    return [f"letter {letter.pk} was not written in its time" for letter in broken]


@then(LETTER)
def letters_hold_picks_and_words(now: datetime) -> list[str]:
    """One to three strengths and what the giver saw; one that was taken back holds nothing."""
    most = Q(**{f"picks__{LETTERS.picks}__isnull": False})
    empty = Q(state__in=GIVEN) & (Q(picks=[]) | Q(saw=""))
    kept = Q(state=LetterState.WITHDRAWN) & (~Q(picks=[]) | ~Q(saw="") | ~Q(would_count=""))
    broken = StrengthFeedback.objects.filter(most | empty | kept).order_by("pk")
    return [f"letter {letter.pk} is {letter.state} with too little or too much in it" for letter in broken]


@then("Show it again, or have a moderator decide: nobody hides a letter without a reason its writer can read.")
def hidden_letters_were_decided(now: datetime) -> list[str]:
    decided = Decision.objects.filter(case__letter=OuterRef("pk"), kind=DecisionKind.HIDE)
    broken = StrengthFeedback.objects.filter(state=LetterState.HIDDEN).exclude(Exists(decided)).order_by("pk")
    return [f"letter {letter.pk} is hidden and nobody decided so" for letter in broken]


@then(ANONYMOUS_PICKS)
def anonymous_candidates_were_there(now: datetime) -> list[str]:
    """Each who counts as a candidate sat in a group with the receiver, both there, at an evening of that pool.

    Whose account is gone cannot be asked any more; their number was given to somebody once.
    """
    pools = AnonymousPool.objects.exclude(candidates=[]).order_by("receiver_id", "pk")
    highest = User.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    breaches = []
    for some in _by(RECEIVERS_AT_ONCE, pools.iterator()):
        met = _met_by({pool.receiver_id for pool in some})
        people = set(
            User.objects.filter(pk__in={one for pool in some for one in pool.candidates}).values_list("pk", flat=True)
        )
        breaches += [
            f"anonymous pool {pool.pk} counts people who could not have left anything"
            for pool in some
            if any(not _could_leave(one, pool, met, people, highest) for one in pool.candidates)
            or len(set(pool.candidates)) < len(pool.candidates)
        ]
    return breaches


@then(ANONYMOUS_PICKS)
def anonymous_picks_are_as_they_were_left(now: datetime) -> list[str]:
    """One to three strengths, for somebody of the giver's group, in the time of letters, in a pool of the receiver."""
    most = Q(**{f"picks__{LETTERS.picks}__isnull": False})
    empty = Q(picks=[], dropped_at=None) | (Q(dropped_at__isnull=False) & ~Q(picks=[]))
    early, late = Q(left_at__lt=F("event__starts_at")), Q(left_at__gt=F("event__ends_at") + LETTERS.within)
    elsewhere = Q(pool__isnull=False) & (~Q(pool__receiver=F("receiver")) | Q(pool__is_closed=False))
    strangers = Q(giver__isnull=False) & ~Q(Exists(beside("giver", "receiver", "event")))
    broken = AnonymousPicks.objects.filter(most | empty | early | late | elsewhere | strangers).order_by("pk")
    return [f"anonymous picks {picks.pk} are not as somebody could have left them" for picks in broken]


def beside(one: str, other: str, event: str) -> QuerySet[Seat]:
    """Seats of `one` in a group in which `other` sat too, at `event`: names of fields of the row that asks."""
    theirs = Seat.objects.filter(group=OuterRef("group"), member=OuterRef(OuterRef(other)))
    return Seat.objects.filter(Exists(theirs), member=OuterRef(one), round__event=OuterRef(event))


def _could_leave(one: int, pool: AnonymousPool, met: dict, people: set[int], highest: int) -> bool:
    if one not in people:
        return 0 < one <= highest
    return any(ended_at < pool.ended_before for ended_at in met[pool.receiver_id, one])


def _met_by(receivers: Iterable[int]) -> dict[tuple[int, int], list[datetime]]:
    """When the evenings ended at which each of these sat with somebody in a group, and both were there."""
    seats = Seat.objects.filter(_was_there("member"), member__in=receivers).values_list(
        "member_id", "group_id", "round__event__ends_at"
    )
    of_group: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    for receiver, group, ended_at in seats.iterator():
        of_group[group].append((receiver, ended_at))
    met: dict[tuple[int, int], list[datetime]] = defaultdict(list)
    for groups in _by(RECEIVERS_AT_ONCE, of_group):
        others = Seat.objects.filter(_was_there("member"), group__in=groups).values_list("group_id", "member_id")
        for group, member in others.iterator():
            for receiver, ended_at in of_group[group]:
                if receiver != member:
                    met[receiver, member].append(ended_at)
    return met


def _by(most: int, rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows in lists of at most so many."""
    waiting = iter(rows)
    while some := list(islice(waiting, most)):
        yield some


def _was_there(member: str) -> Exists:
    return Exists(
        Attendance.objects.filter(
            presence=Presence.PRESENT,
            registration__member=OuterRef(member),
            registration__event=OuterRef("round__event"),
        )
    )


CHECKS = [
    letters_have_a_morning,
    letters_arrive_as_noted,
    letters_are_opened_after_they_arrived,
    letters_leave_in_their_morning,
    letters_are_written_in_their_time,
    letters_hold_picks_and_words,
    hidden_letters_were_decided,
    anonymous_candidates_were_there,
    anonymous_picks_are_as_they_were_left,
]
