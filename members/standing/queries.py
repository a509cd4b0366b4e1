"""Reads about standing: suspensions, blocks, and who is within reach of whom.

Only this chapter knows the columns of a block. Everybody else asks here whom a member blocks, or whether a block stands
between two people (`tests/members/standing/test_one_home_of_blocks.py`, docs/decisions/0050).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from members.accounts.rules import MemberStanding
from members.models import Block, EndedBlock, Period, RoleGrant, Suspension, User
from members.standing.models import BlockQuerySet

# --- blocks

Person = User | int | OuterRef  # somebody, by row, number, or column of the query around it


def blocked_by(member: Person) -> QuerySet[Block]:
    """The ids of those whom `member` blocks: the only ones that a page of theirs leaves out."""
    return Block.objects.filter(blocker=member).values_list("blocked")


def blocks_of(member: User) -> QuerySet[Block]:
    """The blocks that `member` made, with the people, the latest first; who blocks `member` is told to nobody."""
    return member.blocks_made.select_related("blocked__profile").order_by("-blocked_at", "-pk")


def blocks_made(by: Person, of: Person) -> BlockQuerySet:
    """The block that the one made of the other; what the other made is not looked at."""
    return Block.objects.filter(blocker=by, blocked=of)


def blocks_between(one: Person, other: Person) -> BlockQuerySet:
    """The blocks between these two, whoever made them. Without any, neither blocks the other."""
    return Block.objects.filter(Q(blocker=one, blocked=other) | Q(blocker=other, blocked=one))


def blocked_pairs(member_ids: Collection[int | str]) -> list[tuple[int, int]]:
    """Pairs of these members of whom one blocks the other, whoever it was."""
    pairs = Block.objects.filter(blocker__in=member_ids, blocked__in=member_ids).order_by("pk")
    return list(pairs.values_list("blocker_id", "blocked_id"))


def blocked_ids(member: User) -> set[int]:
    """Everybody whom `member` blocks or who blocks `member`. One query; no page tells the two apart."""
    pairs = Block.objects.touching(member).values_list("blocker_id", "blocked_id")
    return {person_id for pair in pairs for person_id in pair} - {member.pk}


@dataclass(frozen=True)
class Blocks:
    """The blocks of a member, by the ids of the others."""

    made: frozenset[int]  # by the member
    met: frozenset[int]  # by the others


def blocks_since(member: User, moment: datetime) -> Blocks:
    """The blocks that stand, and those of the member that were taken back since then. Two queries."""
    pairs = list(Block.objects.touching(member).values_list("blocker_id", "blocked_id"))
    ended = EndedBlock.objects.filter(blocker=member, ended_at__gte=moment).values_list("blocked_id", flat=True)
    return Blocks(
        made=frozenset(other for blocker, other in pairs if blocker == member.pk) | frozenset(ended),
        met=frozenset(blocker for blocker, other in pairs if other == member.pk),
    )


# --- standing


def within_reach(member: User, now: datetime) -> QuerySet[User]:
    """To whom `member` can bring something: in good standing, with paid days, and neither of the two blocks the other.

    Who is not among these reads alike for every cause: pages keep their line and say the same sentence.
    """
    today = timezone.localdate(now)
    grace_from = today - timedelta(days=settings.GRACE_DAYS)
    paid = Period.objects.filter(member=OuterRef("pk"), starts_on__lte=today, ends_on__gt=grace_from)
    out = Suspension.objects.open_at(now).filter(member=OuterRef("pk"))
    blockers = Block.objects.filter(blocked=member).values("blocker")
    there = User.objects.filter(Exists(paid), ~Exists(out), is_active=True).exclude(pk=member.pk)
    return there.exclude(pk__in=blocked_by(member)).exclude(pk__in=blockers)


def is_within_reach(member: User, other_id: int, now: datetime) -> bool:
    """Whether `member` can bring something to this person now."""
    return within_reach(member, now).filter(pk=other_id).exists()


def open_suspension(member: User, now: datetime) -> Suspension | None:
    """The suspension that keeps `member` out at `now`."""
    return Suspension.objects.open_at(now).filter(member=member).first()


def with_standing(users: QuerySet[User], now: datetime, today: date) -> QuerySet[User]:
    """`users` with profile and the columns that `standing_of` reads. `today` is the day of `now` in Asia/Tokyo."""
    latest = Period.objects.filter(member=OuterRef("pk"), starts_on__lte=today).order_by("-ends_on")
    return users.select_related("profile").annotate(
        standing_paid_until=Subquery(latest.values("ends_on")[:1]),
        standing_has_role=Exists(RoleGrant.objects.live().filter(member=OuterRef("pk"))),
        standing_suspended=Exists(Suspension.objects.open_at(now).filter(member=OuterRef("pk"))),
    )


def standing_of(row: User) -> MemberStanding:
    """The standing in a row of `with_standing`; no query for the many who have no role."""
    return MemberStanding(
        paid_until=row.standing_paid_until,
        is_suspended=row.standing_suspended,
        roles=row.roles if row.standing_has_role else frozenset(),
    )


def in_standing(row: User) -> User:
    """This row of `with_standing` as the user of a request: with its standing as one value."""
    row.standing = standing_of(row)
    return row
