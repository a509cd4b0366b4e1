"""The rules of hosting: handing an event over, inviting people to it, and templates."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from events.event.rules.event import EventPlan, Item, latest_close
from events.hosting.limits import INVITATIONS, TEMPLATES
from events.registration.rules.registration import RegistrationWindow


class NoHandingOver(StrEnum):
    """Why an evening stays with its host."""

    OVER = "handing-over"
    NOT_ABLE = "handing-not-able"


def why_not_hand_over(state: str, *, is_able: bool) -> NoHandingOver | None:
    """The first reason, or None: what is closed or called off has no host any more, and the new one must be able to."""
    if state in {"closed", "called-off"}:
        return NoHandingOver.OVER
    return None if is_able else NoHandingOver.NOT_ABLE


class NoInvitation(StrEnum):
    """Why nobody is invited."""

    NOT_ASKED_FOR = "invitation-not-asked-for"
    OVER = "invitation-over"
    TOO_MANY = "invitation-too-many"


def why_not_invite(
    window: RegistrationWindow, *, asks_for_invitation: bool, typed: int, typed_today: int, now: datetime
) -> NoInvitation | None:
    """The first reason why these addresses are not taken, or None.

    Invitations are for events whose conditions know of invited people, until registration closes. A draft may invite:
    the mails wait until it is published. The number of addresses counts, not of members: it must not tell.
    """
    if not asks_for_invitation:
        return NoInvitation.NOT_ASKED_FOR
    if window.is_called_off or window.is_closed or now >= window.registration_closes_at:
        return NoInvitation.OVER
    if typed > INVITATIONS.at_once or typed + typed_today > INVITATIONS.a_day:
        return NoInvitation.TOO_MANY
    return None


DATES = frozenset(
    {"starts_at", "registration_opens_at", "registration_closes_at", "first_timer_seats_until"}
)  # each event has its own


class NoTemplate(StrEnum):
    """Why no further template is kept."""

    MANY = "template-many"


def why_not_keep(*, kept: int) -> NoTemplate | None:
    """The reason why a host can keep no further template, or None: more than that nobody finds again."""
    return NoTemplate.MANY if kept >= TEMPLATES.most else None


def frozen(plan: EventPlan) -> dict[str, Any]:
    """A plan without its dates, as it is written down as JSON. People are in no plan."""
    return {name: value for name, value in asdict(plan).items() if name not in DATES}


def thawed(kept: dict[str, Any], starts_at: datetime) -> EventPlan:
    """The plan that was kept, for another date. What was kept by an older edition and is gone since is left out."""
    known = {field.name for field in fields(EventPlan)} - DATES
    parts = {name: _tuples(value) for name, value in kept.items() if name in known}
    parts["run_sheet"] = tuple(Item(**item) for item in kept.get("run_sheet", ()))
    closes_at = latest_close(starts_at, parts.get("allotment", ""))
    return EventPlan(**parts, starts_at=starts_at, registration_closes_at=closes_at)


def _tuples(value: Any) -> Any:
    """JSON knows lists only; plans are compared, and hold tuples."""
    return tuple(_tuples(one) for one in value) if isinstance(value, list | tuple) else value
