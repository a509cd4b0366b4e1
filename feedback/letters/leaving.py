"""What becomes of letters, thanks and picks when their giver or receiver goes."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

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
    """What has arrived stays with its receiver. What is on its way is taken back, what was hidden is emptied."""
    for receiver, event in member.letters_given.filter(state__in=NOT_ARRIVED).values_list("receiver_id", "event_id"):
        withdraw_letter(by=member, receiver_id=receiver, event_id=event, now=now)
    member.letters_given.filter(state=LetterState.HIDDEN).update(saw=GONE, would_count="")
    member.letters_given.update(regretted_at=None, giver_industry="")
    member.letters_received.update(opened_at=None, put_away_at=None, reaction="")


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
