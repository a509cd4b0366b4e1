"""What the months of the demo's year give: statements, the community's numbers, mirrors read at night."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from feedback.growth.choices import Pace
from feedback.growth.flows import rhythm, statement
from feedback.growth.limits import STATEMENTS
from feedback.growth.queries import statement as statements
from feedback.insight import flows as community
from feedback.mirror.flows import mirror
from feedback.mirror.rules.month import Month
from members.models import User

Act = Callable[[datetime], None]


def before(end: datetime) -> Iterator[tuple[datetime, Act]]:
    """The last month is told to some: a year of it, to all, takes long. Numbers come of every month."""
    told_at = Month.of(end).begins_at + STATEMENTS.told_from + timedelta(minutes=10)
    yield told_at, lambda now: _tell(now)
    last = end - timedelta(minutes=1)
    yield last, _keep_rhythms
    yield last, lambda now: _count(now)


def _tell(now: datetime) -> None:
    due = set(statements.member_ids_to_tell(Month.of(now).previous, now))
    for member in _cast():
        if member.pk in due:
            statement.tell_statement(member_id=member.pk, month=Month.of(now).previous, now=now)


def _keep_rhythms(now: datetime) -> None:
    for place, member in enumerate(_cast()):
        rhythm.choose_rhythm(by=member, pace=(Pace.MONTHLY, Pace.SEASONAL)[place % 2], now=now)


def _count(now: datetime) -> None:
    community.freeze_months(now)
    mirror.recompute_mirrors(now=now)


def _cast() -> list[User]:
    return list(User.objects.filter(email__startswith="letters-").order_by("pk"))
