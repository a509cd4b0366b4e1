"""Standing in plain SQL, for every request of a member (docs/decisions/0053)."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.dateparse import parse_date

from kouryu import sql
from members.accounts.rules import MemberStanding
from members.models import Profile, User

# `with_standing`
_USER = """
    SELECT u.*, profile.*,
           (SELECT max(p.ends_on) FROM members_period p WHERE p.member_id = u.id AND p.starts_on <= %(today)s)
               AS standing_paid_until,
           EXISTS (SELECT 1 FROM members_rolegrant g WHERE g.member_id = u.id AND g.ended_at IS NULL)
               AS standing_has_role,
           EXISTS (
               SELECT 1 FROM members_suspension s
               WHERE s.member_id = u.id AND s.ended_at IS NULL AND s.starts_at <= %(now)s
                   AND (s.until IS NULL OR s.until > %(now)s)
           ) AS standing_suspended
    FROM members_user u LEFT JOIN members_profile profile ON profile.member_id = u.id WHERE u.id = %(id)s
"""


def find_in_standing(pk: int, now: datetime) -> User | None:
    """The account with its profile and its standing at `now`, as `with_standing` and `in_standing` read it."""
    found = sql.joined(_USER, User, Profile, id=pk, today=timezone.localdate(now), now=now)
    if not found:
        return None
    [(user, profile)] = found
    user.standing = MemberStanding(
        paid_until=_day(user.standing_paid_until),
        is_suspended=bool(user.standing_suspended),
        roles=user.roles if user.standing_has_role else frozenset(),
    )
    if profile is not None:  # else `user.profile` asks once more, and raises
        user.profile = profile
    return user


def _day(value: date | str | None) -> date | None:
    """A day that was computed: SQLite hands it out as text."""
    return parse_date(value) if isinstance(value, str) else value
