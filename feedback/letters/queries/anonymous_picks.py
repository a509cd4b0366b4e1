"""Anonymous picks: the facts for their rules, and what their giver, their receiver and a moderator see of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from events.models import Attendance, Event, Seat
from events.registration.choices import Presence
from feedback.letters.choices import NOT_GIVEN
from feedback.letters.queries import encounter as encounters
from feedback.letters.rules import NoPicks, Pool, ReleasedBatch, WaitingPicks, why_not_leave
from feedback.models import AnonymousPicks, AnonymousPicksOff, AnonymousPool, Case, StrengthFeedback
from kouryu.clock import TOKYO
from members.models import User
from members.standing.queries import blocked_by, blocks_since

# --- the giver


def picks_left(giver: User, receiver_id: int) -> AnonymousPicks | None:
    """What `giver` has left for this person, whenever that was and whatever became of it."""
    return AnonymousPicks.objects.filter(giver=giver, receiver=receiver_id).first()


def stands_beside(giver: User, receiver_id: int, event: Event) -> bool:
    """Whether `giver` left picks for this person about this evening, so that no letter goes beside them."""
    return AnonymousPicks.objects.filter(giver=giver, receiver=receiver_id, event=event).exists()


def why_not_leave_for(giver: User, receiver_id: int, event: Event, now: datetime) -> NoPicks | None:
    """The first reason against leaving picks for this person about this evening, or None. Six queries."""
    letter = StrengthFeedback.objects.filter(giver=giver, receiver=receiver_id, event=event).first()
    meeting = encounters.encounter(giver, receiver_id, event, letter, now)
    return why_not_leave(
        replace(meeting, given_today=meeting.given_today + _left_on(giver, now)),
        left_before=picks_left(giver, receiver_id) is not None,
        has_letter=letter is not None and letter.state not in NOT_GIVEN,
        now=now,
    )


def left_by(giver: User) -> QuerySet[AnonymousPicks]:
    """All that `giver` left, the latest first; the pages never tell what of it was released."""
    left = AnonymousPicks.objects.filter(giver=giver)
    visible = left.exclude(receiver__in=blocked_by(giver))
    return visible.select_related("receiver__profile", "event").order_by("-left_at", "-pk")


def _left_on(giver: User, now: datetime) -> int:
    """How many people `giver` left picks for on the Tokyo day of `now`."""
    return AnonymousPicks.objects.filter(giver=giver, left_at__date=now.astimezone(TOKYO).date()).count()


def was_added(member: User, now: datetime) -> bool:
    """Whether sets joined the mirror on the first of this month."""
    month = now.astimezone(TOKYO).date().replace(day=1)
    sets = AnonymousPicks.objects.filter(pool__receiver=member, pool__released_on=month)
    return sets.exclude(receiver__nameless_off__isnull=False).exists()


def is_off(member: User) -> bool:
    """Whether `member` wants no anonymous picks in their mirror."""
    return AnonymousPicksOff.objects.filter(member=member).exists()


# --- the first of a month


def receivers_due(ended_before: datetime) -> list[int]:
    """Who was at an evening that ended before this moment and is in no pool yet, whether or not picks wait."""
    covered = AnonymousPool.objects.filter(
        receiver=OuterRef("registration__member"), ended_before__gt=OuterRef("registration__event__ends_at")
    )
    new = Attendance.objects.filter(presence=Presence.PRESENT, registration__event__ends_at__lt=ended_before)
    found = new.filter(~Exists(covered)).order_by("registration__member")
    return list(found.values_list("registration__member", flat=True).distinct())


def pool_of(receiver: User, ended_before: datetime) -> Pool:
    """The people of the evenings since the last pool that closed."""
    events = _events_since_last_pool(receiver, ended_before)
    met = _met(receiver, events)
    letters = StrengthFeedback.objects.filter(receiver=receiver, event__in=events).exclude(state__in=NOT_GIVEN)
    given = list(letters.values_list("giver_id", "released_at"))
    # Whom the receiver blocked for a while could not write in that while, and the receiver knows.
    blocks = blocks_since(receiver, min((event.starts_at for event in events), default=ended_before))
    left = User.objects.filter(pk__in=met, is_active=False).values_list("pk", flat=True)
    return Pool(
        met=met,
        signed=frozenset(giver for giver, arrived_at in given if arrived_at),
        blocked=blocks.made,
        on_the_way=frozenset(giver for giver, arrived_at in given if not arrived_at),
        gone=blocks.met | frozenset(left),
    )


def released_batches(receiver: User) -> list[ReleasedBatch]:
    """The releases that were made for this receiver."""
    pools = AnonymousPool.objects.filter(receiver=receiver, is_closed=True).annotate(number=Count("sets"))
    return [ReleasedBatch(frozenset(pool.candidates), pool.number) for pool in pools.filter(number__gt=0)]


def waiting_for(receiver: User, ended_before: datetime) -> list[WaitingPicks]:
    """The sets that wait, the oldest first; locked. Those of people whose account is gone never leave."""
    sets = AnonymousPicks.objects.waiting().filter(receiver=receiver, event__ends_at__lt=ended_before)
    rows = sets.select_for_update(no_key=True).order_by("left_at", "pk")
    return [WaitingPicks(pk, giver) for pk, giver in rows.values_list("pk", "giver_id") if giver]


def givers_of_old(before: datetime) -> list[int]:
    """Whose picks have waited since before this moment."""
    old = AnonymousPicks.objects.left_too_long(before).exclude(giver=None).order_by("giver")
    return list(old.values_list("giver", flat=True).distinct())


def _events_since_last_pool(receiver: User, ended_before: datetime) -> Sequence[Event]:
    closed = AnonymousPool.objects.filter(receiver=receiver, is_closed=True).order_by("-ended_before").first()
    there = Attendance.objects.filter(presence=Presence.PRESENT, registration__member=receiver)
    events = Event.objects.filter(pk__in=there.values("registration__event"), ends_at__lt=ended_before)
    return list(events.filter(ends_at__gte=closed.ended_before) if closed else events)


def _met(receiver: User, events: Sequence[Event]) -> frozenset[int]:
    """The people whom the receiver met at one of these evenings."""
    met = Seat.encounters.of(receiver).filter(round__event__in=events)
    return frozenset(met.values_list("member", flat=True))


# --- a moderator, inside a case


def released_about(case: Case, moderator: User) -> QuerySet[AnonymousPicks]:
    """What was released to or from the member whom the case concerns; never what `moderator` received."""
    concerned = Q(receiver=case.member) | Q(giver=case.member)
    sets = AnonymousPicks.objects.released().filter(concerned).exclude(receiver=moderator)
    return sets.select_related("giver__profile", "receiver__profile", "pool").order_by("-pool__released_on", "pk")
