"""Reads about standing: suspensions, blocks, and who is within reach of whom."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from members.models import Block, Period, RoleGrant, Suspension, User

# --- blocks and standing


def blocked_ids(member: User) -> set[int]:
    """Everybody whom `member` blocks or who blocks `member`. One query; no page tells the two apart."""
    pairs = Block.objects.touching(member).values_list("blocker_id", "blocked_id")
    return {person_id for pair in pairs for person_id in pair} - {member.pk}


def within_reach(member: User, now: datetime) -> QuerySet[User]:
    """To whom `member` can bring something: in good standing, with paid days, and neither of the two blocks the other.

    Who is not among these reads alike for every cause: pages keep their line and say the same sentence.
    """
    today = timezone.localdate(now)
    return reachable(member.pk, now=now, today=today, grace_from=today - timedelta(days=settings.GRACE_DAYS))


def is_within_reach(member: User, other_id: int, now: datetime) -> bool:
    """Whether `member` can bring something to this person now."""
    return within_reach(member, now).filter(pk=other_id).exists()


def reachable(member: int, *, now: datetime, today: date, grace_from: date) -> QuerySet[User]:
    """The same for prepared queries, with the days that belong to `now`."""
    paid = Period.objects.filter(member=OuterRef("pk"), starts_on__lte=today, ends_on__gt=grace_from)
    out = Suspension.objects.open_at(now).filter(member=OuterRef("pk"))
    blockers = Block.objects.filter(blocked=member).values("blocker")
    there = User.objects.all().filter(Exists(paid), ~Exists(out), is_active=True).exclude(pk=member)
    return there.exclude(pk__in=blocked_by(member)).exclude(pk__in=blockers)


def blocked_by(member: User | int) -> QuerySet[Block]:
    """The ids of those whom `member` blocks: the only ones that a page of theirs leaves out."""
    return Block.objects.filter(blocker=member).values("blocked")


def open_suspension(member: User, now: datetime) -> Suspension | None:
    """The suspension that keeps `member` out at `now`."""
    return Suspension.objects.open_at(now).filter(member=member).first()


def with_paid_days(users: QuerySet[User], today: date) -> QuerySet[User]:
    """`users` with profile, `has_role` and `access_ends_on`: the end of the latest period begun, or None.

    `today` is the day in Asia/Tokyo.
    """
    latest = Period.objects.filter(member=OuterRef("pk"), starts_on__lte=today).order_by("-ends_on")
    return users.select_related("profile").annotate(
        access_ends_on=Subquery(latest.values("ends_on")[:1]),
        has_role=Exists(RoleGrant.objects.live().filter(member=OuterRef("pk"))),
    )


def with_standing(users: QuerySet[User], now: datetime) -> QuerySet[User]:
    """`users` with `is_suspended`."""
    return users.annotate(is_suspended=Exists(Suspension.objects.open_at(now).filter(member=OuterRef("pk"))))
