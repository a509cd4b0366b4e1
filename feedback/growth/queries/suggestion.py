"""The one thing that would suit a member now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Subquery
from django.utils import timezone

from events.models import Attendance
from events.registration.choices import Presence
from events.registration.pages.event_list import EventCard, Filters, event_list
from events.registration.queries import registration as registrations
from events.registration.rules.registration import why_registration_is_closed
from feedback.growth.choices import Pace
from feedback.growth.limits import RHYTHMS
from feedback.growth.rules.rhythm import SuggestionWish, is_time_for_an_evening, why_no_suggestion
from feedback.letters.choices import LetterState
from feedback.letters.limits import LETTERS
from feedback.models import NextStep, StrengthFeedback
from members.models import User
from members.standing.queries import within_reach


class SuggestionKind(StrEnum):
    """What is suggested. Each has its template in `growth/suggestion/`."""

    STEP = "step"
    DRAFT = "draft"
    EVENING = "evening"


@dataclass(frozen=True)
class Suggestion:
    """Exactly one of these is there: a step whose day has come, a letter that was begun, or an evening that fits."""

    step: NextStep | None = None
    draft: StrengthFeedback | None = None
    evening: EventCard | None = None

    @property
    def kind(self) -> SuggestionKind:
        if self.step:
            return SuggestionKind.STEP
        return SuggestionKind.DRAFT if self.draft else SuggestionKind.EVENING


@dataclass(frozen=True)
class Cadence:
    """How a member goes, and what they have begun: all that a suggestion goes by."""

    pace: str
    silent_until: datetime | None
    step_id: int | None  # the first step whose day has come
    draft_id: int | None  # the begun letter whose time ends first
    last_evening_at: datetime | None


def cadence_of(member: User, now: datetime) -> Cadence:
    """Two queries, and one more for who has begun letters. Without a chosen rhythm it is once a month."""
    due = NextStep.objects.of(member.pk).open().filter(on__lte=timezone.localdate(now)).order_by("on", "pk")
    evenings = Attendance.objects.filter(registration__member=member, presence=Presence.PRESENT)
    pace, silent_until, step_id, last_evening_at = (
        User.objects.filter(pk=member.pk)
        .values_list(
            "rhythm__pace",
            "rhythm__silent_until",
            Subquery(due.values("pk")[:1]),
            Subquery(evenings.order_by("-registration__event__starts_at").values("registration__event__starts_at")[:1]),
        )
        .get()
    )
    return Cadence(pace or Pace.MONTHLY, silent_until, step_id, _draft_to_end(member, now), last_evening_at)


def suggestion_for(member: User, cadence: Cadence, *, asked: bool, now: datetime) -> Suggestion | None:
    """The one suggestion, or None where silence is better or nothing fits.

    What was begun comes before something new.
    """
    every = RHYTHMS.every.get(cadence.pace)
    wish = SuggestionWish(every=every, silent_until=cadence.silent_until, paused_at=member.paused_at, asked=asked)
    if why_no_suggestion(wish, now):
        return None
    if cadence.step_id:
        return Suggestion(step=NextStep.objects.get(pk=cadence.step_id))
    if cadence.draft_id:
        return Suggestion(draft=StrengthFeedback.objects.select_related("event").get(pk=cadence.draft_id))
    if not is_time_for_an_evening(cadence.last_evening_at, every, now):
        return None
    evening = evening_for(member, now)
    return Suggestion(evening=evening) if evening else None


def may_ask(member: User, cadence: Cadence) -> bool:
    """Does the page offer to look for a suggestion? To those who go at their own pace and do not rest."""
    return cadence.pace == Pace.OWN and member.paused_at is None


def evening_for(member: User, now: datetime) -> EventCard | None:
    """The evening that fits best and has a seat; none for who already has one ahead."""
    found = event_list(member, Filters(), now=now)
    if found.next_event is not None or any(card.is_mine for card in found.cards):
        return None
    return next((card for card in found.cards if _is_open_to(card, now)), None)


def _draft_to_end(member: User, now: datetime) -> int | None:
    """The first of the letters begun that can still be sent, to somebody within reach."""
    begun = StrengthFeedback.objects.filter(
        giver=member, state=LetterState.DRAFT, event__ends_at__gt=now - LETTERS.within
    )
    receivers = dict(begun.order_by("event__ends_at", "pk").values_list("pk", "receiver"))
    if not receivers:
        return None
    there = set(within_reach(member, now).filter(pk__in=receivers.values()).values_list("pk", flat=True))
    return next((pk for pk, receiver in receivers.items() if receiver in there), None)


def _is_open_to(card: EventCard, now: datetime) -> bool:
    has_room = card.is_before_draw or not card.is_full
    is_meant = card.points >= 0 and not card.my_state
    if not (has_room and is_meant):
        return False
    window = registrations.registration_window_of(card.event)
    # What nobody leads is listed only for those who are in it already.
    return why_registration_is_closed(window, now, has_leader=True) is None
