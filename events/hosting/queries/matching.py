"""The members whom conditions are counted against."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import caches
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.crypto import salted_hmac

from events.event.limits import SHOWN
from events.event.queries import counts
from events.event.rules.eligibility import Candidate, Conditions, why_not_join
from events.hosting.limits import CANDIDATES
from events.models import Attendance, Event, Registration
from events.registration.choices import Presence
from events.registration.queries import marks
from events.registration.queries.candidates import full_months, plan_of_today
from members.accounts.taxonomies import career_themes
from members.affinity.queries import members_of
from members.models import Period, ProfileTheme, Suspension, User

PROFILE = ("industry", "occupation", "work_status", "position", "years_at_company", "prefecture")


def candidates_of_the_hour(now: datetime) -> dict[Candidate, int]:
    """All members who could come, as the rule sees them, and how many look alike; three queries an hour.

    Kept by each process for the hour, so that counting costs no query and who joins, leaves or changes an answer
    meanwhile cannot be seen by counting before and after.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    key = f"candidates/{hour:%Y%m%d%H}"
    return caches["parts"].get_or_set(key, lambda: _candidates(now), CANDIDATES.kept_for.total_seconds())


def offset_of(conditions: Conditions, now: datetime) -> int:
    """0 to 9, the same for the same conditions within one day, unforeseeable for others."""
    asked = sorted((one.kind, *sorted(one.values)) for one in conditions.asked)
    question = repr((asked, conditions.any_is_enough, timezone.localdate(now)))
    digest = hmac.new(settings.SECRET_KEY.encode(), question.encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:4]) % 10


def unfit_registrations(event: Event, conditions: Conditions, *, now: datetime) -> tuple[int, int]:
    """How many of those with a seat or a place in line would not fit `conditions`, and how many they are.

    Counted in steps: whoever asks before and after somebody registers must not learn what that one person is.
    """
    registered = Registration.objects.live().filter(event=event).values_list("member_id", flat=True)
    member_ids = counts.look(counts.registered_of(event), set(registered), counts.nothing_more, now=now).people
    invited = set(event.invitations.values_list("member_id", flat=True))
    fits = [
        why_not_join(candidate, conditions) is None
        for candidate in _read(User.objects.filter(pk__in=member_ids), invited, now).values()
    ]
    return fits.count(False), len(fits)


def affinities_with_enough(conditions: Conditions, *, now: datetime) -> dict[str, bool]:
    """Whether each group that is asked for has members enough to be told, by its id.

    Each is counted by itself, over those who could come, in batches (decision 0032). What the count remembers are no
    ids of accounts: else it would still say of somebody who left a group that they were in it.
    """
    asked = conditions.values_of("affinity")
    if not asked:
        return {}
    able = set(able_to_come(now).filter(affinities__affinity__in=asked).values_list("pk", flat=True))
    people = {key: found & able for key, found in members_of(asked).items()}
    told = {}
    for key, found in sorted(people.items()):
        steps = counts.look(counts.affinity_of(key), {_token(key, one) for one in found}, counts.nothing_more, now=now)
        told[key] = len(steps.people) >= SHOWN.fewest
    return told


def _token(key: str, member_id: int) -> int:
    """Stands for one member of one group; without the site's key it leads to nobody."""
    digest = salted_hmac("events.affinity", f"{key}/{member_id}", algorithm="sha256").digest()
    return int.from_bytes(digest[:6])


def members_who_fit(event: Event, conditions: Conditions, members: QuerySet[User], *, now: datetime) -> list[int]:
    """The ids of those among `members` whom the conditions of `event` let in."""
    invited = set(event.invitations.values_list("member_id", flat=True))
    found = _read(members, invited, now)
    return [pk for pk, candidate in found.items() if why_not_join(candidate, conditions) is None]


def able_to_come(now: datetime) -> QuerySet[User]:
    """Paid up, and not kept out."""
    today = timezone.localdate(now)
    current = Period.objects.filter(
        member=OuterRef("pk"), starts_on__lte=today, ends_on__gt=today - timedelta(days=settings.GRACE_DAYS)
    )
    members = User.objects.get_queryset().filter(Exists(current), is_active=True)
    return members.exclude(Exists(Suspension.objects.open_at(now).filter(member=OuterRef("pk"))))


def _candidates(now: datetime) -> dict[Candidate, int]:
    return Counter(_read(able_to_come(now), set(), now).values())


def _read(members: QuerySet[User], invited: Collection[int], now: datetime) -> dict[int, Candidate]:
    """These members for the rule, in three queries. Private themes never leave the profile."""
    there = Attendance.objects.filter(registration__member=OuterRef("pk"), presence=Presence.PRESENT)
    number = there.order_by().values("registration__member").annotate(number=Count("pk")).values("number")
    today = timezone.localdate(now)
    rows = members.annotate(
        attended=Coalesce(Subquery(number), 0),
        given_up=Coalesce(Subquery(marks.number_given_up()), 0),
        plan_today=Coalesce(Subquery(plan_of_today(today)), Value("")),
    ).values_list("pk", "joined_at", "attended", "given_up", "plan_today", *(f"profile__{name}" for name in PROFILE))
    themes, series = _open_themes(members), _series(members)
    return {
        pk: Candidate(
            **dict(zip(PROFILE, answers, strict=True)),
            themes=frozenset(themes[pk]),
            months_as_member=full_months(timezone.localdate(joined_at), today),
            events_attended=attended,
            seats_given_up=given_up,
            series=frozenset(series[pk]),
            plan=plan,
            is_invited=pk in invited,
        )
        for pk, joined_at, attended, given_up, plan, *answers in rows
    }


def _series(members: QuerySet[User]) -> dict[int, set[str]]:
    there = Attendance.objects.filter(presence=Presence.PRESENT, registration__event__series__isnull=False)
    rows = there.filter(registration__member__in=members.values("pk")).values_list(
        "registration__member_id", "registration__event__series_id"
    )
    series: dict[int, set[str]] = defaultdict(set)
    for pk, number in rows:
        series[pk].add(str(number))
    return series


def _open_themes(members: QuerySet[User]) -> dict[int, set[str]]:
    private = [key for key, theme in career_themes().items() if theme.is_private]
    rows = ProfileTheme.objects.filter(profile__in=members.values("pk")).exclude(theme__in=private)
    themes: dict[int, set[str]] = defaultdict(set)
    for pk, theme in rows.values_list("profile_id", "theme"):
        themes[pk].add(theme)
    return themes
