"""Reads of what a member received and chose: the facts of a mirror."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from feedback.models import SelfStrengthSet, StrengthFeedback
from members.models import User


class Received(NamedTuple):
    """What a mirror is made of: a letter that arrived, without its words."""

    giver_id: int
    giver_industry: str
    picks: list[str]
    released_at: datetime
    opened_at: datetime | None
    put_away_at: datetime | None


def letters_to(member: User) -> list[Received]:
    """All that reached `member`, the latest first; `letters.queries.letter` has them to be read, a page at a time."""
    letters = StrengthFeedback.objects.visible_to(member.pk).order_by("-released_at", "-pk")
    return [Received(*row) for row in letters.values_list(*Received._fields)]


def own_strengths(member: User) -> SelfStrengthSet | None:
    """The latest strengths that `member` chose for themselves."""
    return SelfStrengthSet.objects.filter(member=member).order_by("-version").first()


def asks_for_own_strengths(own: SelfStrengthSet | None, letters: Sequence[Received]) -> bool:
    """Should the member be asked once more before the first seal breaks? What others see would colour the answer."""
    return own is None and bool(letters) and all(letter.opened_at is None for letter in letters)
