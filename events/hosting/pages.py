"""How does an event's page look to somebody else? For its host, before and after it is published."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from events.event.choices import EventState
from events.event.rules.eligibility import Candidate, Conditions, NotEligible, why_not_join
from events.hosting import refusals
from events.models import Event
from events.registration.pages.event import EventPage, MyPlace, event_page, with_line
from events.registration.queries import registration as registrations
from events.registration.rules.registration import Newcomer, why_not_register
from members.models import User


class Onlooker(StrEnum):
    """Through whose eyes."""

    FIRST_TIMER = "first-timer"
    NOT_MATCHING = "not-matching"
    UNPAID = "unpaid"


# Somebody who told everything, and nothing that an event could ask for; and the same who has been here before.
_STRANGER = Candidate(
    industry="-",
    occupation="-",
    work_status="-",
    position="-",
    years_at_company="-",
    prefecture="-",
    themes=frozenset({"-"}),
    plan="-",
)
_STRANGERS = (_STRANGER, replace(_STRANGER, events_attended=1))


def why_strangers_do_not_match(conditions: Conditions) -> NotEligible | None:
    """What an event says to somebody who meets nothing it asks for; None when it is for everybody."""
    reasons = (why_not_join(stranger, conditions) for stranger in _STRANGERS)
    return next((reason for reason in reasons if reason), None)


def preview_page(
    event: Event, host: User, not_eligible: NotEligible | None, *, now: datetime
) -> tuple[Event, EventPage]:
    """The event as if published, and its page as a member sees it who has no seat and meets the conditions, or does
    not. The page is the members' own, with what concerns the host taken out.
    """
    shown = with_line(Event.objects.all()).get(pk=event.pk)
    shown.state = EventState.PUBLISHED
    page = event_page(host, shown, now=now)
    reason = why_not_register(
        registrations.registration_window_of(shown),
        Newcomer(not_eligible=not_eligible),
        now,
        has_leader=shown.has_leader,
    )
    mine = MyPlace(
        is_eligible=not_eligible is None,
        is_first_timer=True,
        refusal=refusals.explain(reason, event=shown) if reason else None,
    )
    return shown, replace(page, mine=mine, who=replace(page.who, common_ground="", waits_with_topics=False))
