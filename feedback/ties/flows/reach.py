"""The tie over which something is to go to its other end."""

from __future__ import annotations

from datetime import datetime

from feedback.letters.rules import NoReach
from feedback.models import Tie
from kouryu.refusal import Refused, get_or_gone
from members.models import User
from members.standing.queries import is_within_reach


def locked_tie(member: User, other_id: int, *, now: datetime) -> Tie:
    """The tie between the two, locked, so that it cannot end meanwhile.

    Not found where `member`'s page shows none; refused alike for whatever cause the other one is out of reach.
    """
    ties = Tie.objects.listed_between(member, other_id).select_related("first__profile", "second__profile")
    tie = get_or_gone(ties.select_for_update(no_key=True, of=("self",)))
    require_reach(member, other_id, now=now)
    return tie


def require_reach(member: User, other_id: int, *, now: datetime) -> None:
    """Refuse, whatever the cause, where nothing can be brought to this person now."""
    if not is_within_reach(member, other_id, now):
        raise Refused(NoReach.NOW)
