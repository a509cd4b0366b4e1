"""Which one thing would suit this member now?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from events import pages
from events import queries as queries_of_events
from events.choices import Presence
from events.models import Attendance
from events.pages import Card, Filters
from events.rules.registration import why_doors_are_shut
from feedback.choices import LetterState, Pace
from feedback.models import NextStep, Rhythm, StrengthFeedback
from feedback.rules.rhythm import Wish, is_time_for_an_evening, why_no_suggestion
from members.models import User
from members.queries import blocked_ids


@dataclass(frozen=True)
class Suggestion:
    """Exactly one of these is there: a step whose day has come, a letter that was begun, or an evening that fits."""

    step: NextStep | None = None
    draft: StrengthFeedback | None = None
    evening: Card | None = None


def rhythm_of(member: User) -> Rhythm:
    """The member's rhythm; once a month until they choose one."""
    return Rhythm.objects.filter(member=member).first() or Rhythm(member=member)


def suggestion_for(member: User, rhythm: Rhythm, *, asked: bool, now: datetime) -> Suggestion | None:
    """The one suggestion, or None where silence is better or nothing fits.

    What was begun comes before something new.
    """
    every = settings.RHYTHMS.get(rhythm.pace)
    wish = Wish(every=every, silent_until=rhythm.silent_until, paused_at=member.paused_at, asked=asked)
    if why_no_suggestion(wish, now):
        return None
    if step := NextStep.objects.of(member).open().filter(on__lte=timezone.localdate(now)).order_by("on", "pk").first():
        return Suggestion(step=step)
    if draft := _draft_of(member, now):
        return Suggestion(draft=draft)
    if not is_time_for_an_evening(_last_evening_of(member), every, now):
        return None
    evening = evening_for(member, now)
    return Suggestion(evening=evening) if evening else None


def may_ask(member: User, rhythm: Rhythm) -> bool:
    """Does the page offer to look for a suggestion? To those who go at their own pace and do not rest."""
    return rhythm.pace == Pace.OWN and member.paused_at is None


def evening_for(member: User, now: datetime) -> Card | None:
    """The evening that fits best and has a seat; none for who already has one ahead."""
    found = pages.event_list(member, Filters(), now=now)
    if found.next_event is not None or any(card.is_mine for card in found.cards):
        return None
    return next((card for card in found.cards if _is_open_to(card, now)), None)


def _draft_of(member: User, now: datetime) -> StrengthFeedback | None:
    """The begun letter whose time ends first, to somebody who is there and whom no block keeps apart."""
    drafts = StrengthFeedback.objects.filter(
        giver=member,
        state=LetterState.DRAFT,
        receiver__is_active=True,
        event__ends_at__gt=now - settings.LETTERS_WITHIN,
    )
    return drafts.exclude(receiver__in=blocked_ids(member)).order_by("event__ends_at", "pk").first()


def _last_evening_of(member: User) -> datetime | None:
    there = Attendance.objects.filter(registration__member=member, presence=Presence.PRESENT)
    return there.aggregate(last=Max("registration__event__starts_at"))["last"]


def _is_open_to(card: Card, now: datetime) -> bool:
    has_room = card.is_before_draw or not card.is_full
    is_meant = card.points >= 0 and not card.my_state
    return has_room and is_meant and why_doors_are_shut(queries_of_events.doors_of(card.event), now) is None
