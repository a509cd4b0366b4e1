"""Picks without a name as the mirror counts them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from feedback.letters.limits import LETTERS
from feedback.mirror.limits import MIRROR
from feedback.mirror.rules.mirror import Observation, weight_of
from feedback.models import AnonymousPicks
from kouryu.clock import TOKYO
from members.models import User

# --- the receiver


def released_looks(member: User, now: datetime) -> list[Observation]:
    """The released sets as the mirror counts them, in an order that tells nothing; none if switched off."""
    sets = AnonymousPicks.objects.released().filter(receiver=member).exclude(receiver__nameless_off__isnull=False)
    rows = sets.values_list("picks", "pool__released_on")
    return sorted((_look(picks, released_on, now) for picks, released_on in rows), key=_by_picks)


def _look(picks: Sequence[str], released_on: date, now: datetime) -> Observation:
    """Its age counts from the release: the day on which picks were left would tell whose they are."""
    age = now - datetime.combine(released_on, LETTERS.arrives_at, TOKYO)
    return Observation(None, "", tuple(picks), weight_of(age, fades_after=MIRROR.fades_after))


def _by_picks(look: Observation) -> tuple[str, ...]:
    return look.picks
