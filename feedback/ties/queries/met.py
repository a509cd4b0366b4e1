"""Reads of the people whom a member has met, by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from events.models import Event, Seat
from feedback.models import Acquaintance, Tie
from members.accounts.card import ProfileCard, card_of
from members.desk.rules import folded, pieces_of, says_something
from members.models import User
from members.standing.queries import blocked_by


@dataclass(frozen=True)
class MetPerson:
    """Somebody whom the member met or is tied to, found by a line."""

    person: User
    card: ProfileCard
    event: Event | None  # the last evening in one group
    is_tied: bool


def met_called(member: User, line: str, *, most: int) -> list[MetPerson]:
    """The people whom `member` met, or is tied to, and whom this line names in any script; the best first.

    A name as the member's pages show it, and its reading where they may see it. Nobody else is ever looked at: there
    is no list of members, and a line that says nothing finds nobody. Five queries, whatever their number.
    """
    pieces = pieces_of(line)
    whole = "".join(pieces)
    if not says_something(whole):
        return []
    tied = {tie.first_id if tie.second_id == member.pk else tie.second_id for tie in Tie.objects.listed_of(member)}
    met = {one.other_id(member.pk) for one in Acquaintance.objects.of(member)}
    ids = (tied | met) - {pk for (pk,) in blocked_by(member)}
    people = User.objects.filter(pk__in=ids, is_active=True).select_related("profile")
    ranked = [(rank, person) for person in people if (rank := _rank(member, person, whole, pieces)) is not None]
    best = [person for _, person in sorted(ranked, key=lambda one: (one[0], one[1].pk))[:most]]
    latest = _latest_together(member, [person.pk for person in best])
    return [
        MetPerson(person, card_of(person, viewer=member), latest.get(person.pk), person.pk in tied) for person in best
    ]


def _rank(member: User, person: User, whole: str, pieces: list[str]) -> int | None:
    """0 for the name itself, 1 for how it begins, 2 for a part of it or for all parts of the line; None otherwise."""
    card = card_of(person, viewer=member)
    names = [key for key in (folded(card.called_name), folded(card.name_reading)) if key]
    if whole in names:
        return 0
    if any(name.startswith(whole) for name in names):
        return 1
    together = "/".join(names)
    return 2 if whole in together or (len(pieces) > 1 and all(piece in together for piece in pieces)) else None


def _latest_together(member: User, ids: Iterable[int]) -> dict[int, Event]:
    seats = Seat.encounters.of(member).closed().filter(member__in=list(ids)).select_related("round__event")
    return {seat.member_id: seat.round.event for seat in seats.order_by("round__event__starts_at")}
