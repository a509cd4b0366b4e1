"""What becomes of letters, thanks and picks when their giver or receiver goes."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from feedback.letters.choices import LETTER_MOVES, LetterState
from feedback.letters.flows.letter import withdraw_letter
from feedback.models import (
    AnonymousPicks,
    AnonymousPicksOff,
    AnonymousPool,
    SelfStrengthSet,
    Skip,
    StrengthFeedback,
    Thanks,
)
from kouryu.leaving import on_leaving, stays
from members.accounts.card import card_of
from members.audit import audit
from members.models import User

stays(
    Thanks,
    why="words that reached somebody are theirs; they come from a former member",
    until="as long as the receiver's account",
)
NOT_ARRIVED = [state for state, moves in LETTER_MOVES.items() if LetterState.WITHDRAWN in moves]
GONE = "…"  # a hidden letter holds something (docs/invariants.md)


@on_leaving(StrengthFeedback)
def leave_letters(member: User, *, now: datetime) -> None:
    """What has arrived stays with its receiver, and so does from which industry, for those who could read that.

    What is on its way is taken back, what was hidden is emptied.
    """
    for receiver, event in member.letters_given.filter(state__in=NOT_ARRIVED).values_list("receiver_id", "event_id"):
        withdraw_letter(by=member, receiver_id=receiver, event_id=event, now=now)
    member.letters_given.filter(state=LetterState.HIDDEN).update(saw=GONE, would_count="")
    member.letters_given.update(regretted_at=None)
    unread = [reader.pk for reader in _receivers(member) if not card_of(member, viewer=reader).shows_industry]
    kept = Q(state=LetterState.RELEASED) & ~Q(receiver__in=unread)
    member.letters_given.exclude(kept).update(giver_industry="")
    member.letters_received.update(opened_at=None, put_away_at=None, reaction="")


def _receivers(member: User) -> QuerySet[User]:
    letters = member.letters_given.filter(state=LetterState.RELEASED)
    return User.objects.filter(pk__in=letters.values("receiver"))


@on_leaving(AnonymousPicks, AnonymousPicksOff, AnonymousPool, SelfStrengthSet, Skip)
def delete_picks(member: User, *, now: datetime) -> None:
    """What was released to somebody stays, and leads to nobody."""
    AnonymousPicks.objects.waiting().filter(giver=member).delete()
    AnonymousPicks.objects.filter(giver=member).update(giver=None)
    AnonymousPicks.objects.filter(receiver=member).delete()
    AnonymousPool.objects.filter(receiver=member).delete()
    AnonymousPicksOff.objects.filter(member=member).delete()
    audit.delete(member.self_strengths.all(), audit.WITH_ACCOUNT, now=now)
    Skip.objects.filter(Q(giver=member) | Q(receiver=member)).delete()
