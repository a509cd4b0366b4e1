"""Reads about who sat with whom at one evening, and what they wrote to each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q

from events.models import Attendance, Event, Note, Seat
from events.registration.choices import Presence
from feedback.letters.choices import GIVEN, LETTER_MOVES, LetterState
from feedback.letters.limits import LETTERS
from feedback.letters.rules import Encounter
from feedback.models import AnonymousPicks, Skip, StrengthFeedback, Thanks
from kouryu.clock import TOKYO
from members.models import User
from members.standing.queries import is_within_reach, within_reach

# --- letters


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
    return event.ends_at + LETTERS.within


def encounter(giver: User, receiver_id: int, event: Event, letter: StrengthFeedback | None, now: datetime) -> Encounter:
    """The facts for `why_not_write` and `why_not_thank`. Three queries; `letter` is the one between the two."""
    return Encounter(
        is_oneself=giver.pk == receiver_id,
        have_met=Seat.encounters.between(giver, receiver_id).at(event).exists(),
        is_within_reach=is_within_reach(giver, receiver_id, now),
        starts_at=event.starts_at,
        closes_at=letters_close_at(event),
        is_held=letter is not None and letter.state == LetterState.HELD,
        is_final=letter is not None and LetterState.SCHEDULED not in LETTER_MOVES[LetterState(letter.state)],
        given_today=_given_on(giver, now).exclude(receiver=receiver_id, event=event).count(),
        daily_limit=LETTERS.a_day,
    )


def was_there(event: Event, member: User) -> bool:
    """Whether `member` was present at this event."""
    there = Attendance.objects.filter(registration__event=event, presence=Presence.PRESENT)
    return there.filter(registration__member=member).exists()


def companions(event: Event, member: User, now: datetime) -> list[Companion]:
    """The people whom `member` met at this evening, in the order of meeting; those they block are left out.

    The same queries for three people and for thirty.
    """
    seats = Seat.encounters.of(member).at(event).without_blocked(member)
    seats = seats.select_related("member__profile", "round").order_by("round__number", "pk")
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
    for receiver_id in AnonymousPicks.objects.filter(**mine).values_list("receiver", flat=True):
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


def thanks_between(giver: User, receiver: User, event: Event) -> Thanks | None:
    """The thanks from `giver` to `receiver` for this event, or None."""
    return Thanks.objects.filter(giver=giver, receiver=receiver, event=event).first()


def _given_on(giver: User, now: datetime):
    """The letters that `giver` gave on the Tokyo day of `now`."""
    midnight = now.astimezone(TOKYO).replace(hour=0, minute=0, second=0, microsecond=0)
    return StrengthFeedback.objects.filter(
        giver=giver,
        state__in=GIVEN,
        written_at__gte=midnight,
        written_at__lt=midnight + timedelta(days=1),
    )
