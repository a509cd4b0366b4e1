"""Picks without a name in the demo's year: here and there one person of a group leaves some for one other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from random import Random

from events.models import Event, Group
from feedback.letters.flows import anonymous_picks as flows
from feedback.letters.rules import latest_first_of_month
from kouryu.refusal import Refused
from members.models import User

Act = Callable[[datetime], None]


class AnonymousGivers:
    """Chance of its own: the rest of the year stays as it is."""

    def __init__(self, seed: int, known_for: Mapping[int, Sequence[str]]) -> None:
        self._dice = Random(seed)
        self._known_for = known_for
        self._released_on: date | None = None

    def after(self, planned: Event, *, spared: Collection[int]) -> Iterator[Act]:
        """What the groups of this evening do later. The `spared` get none: their mirrors show a stated number."""
        for group in Group.objects.filter(round__event=planned).order_by("pk"):
            people = sorted(group.seats.values_list("member", flat=True))
            if len(people) > 1 and self._dice.random() < 0.5:
                giver, receiver = self._dice.sample(people, 2)
                if receiver not in spared:
                    yield self._leaving(planned, giver, receiver)

    def is_new_month(self, now: datetime) -> bool:
        """Is this the first sweep of a month? Picks are released once a month, and a year has many sweeps."""
        month = latest_first_of_month(now).date()
        before, self._released_on = self._released_on, month
        return month != before

    def _leaving(self, planned: Event, giver: int, receiver: int) -> Act:
        picks = self._dice.sample(sorted(self._known_for[receiver]), self._dice.randint(1, 2))

        def leave(now: datetime) -> None:
            with suppress(Refused):  # they signed a letter, or left picks at an earlier evening
                flows.leave_picks(
                    by=User.objects.get(pk=giver), receiver_id=receiver, event_id=planned.pk, picks=picks, now=now
                )

        return leave
