"""What of a plan is worth keeping for the next one, and may it be kept?"""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from events.rules.event import Item, Plan, latest_close

MOST_TEMPLATES = 20
DATES = frozenset(
    {"starts_at", "registration_opens_at", "registration_closes_at", "first_timer_seats_until"}
)  # each event has its own


class NoTemplate(StrEnum):
    """Why no further template is kept."""

    MANY = "template-many"


def why_not_keep(*, kept: int) -> NoTemplate | None:
    """The reason why a host can keep no further template, or None: more than that nobody finds again."""
    return NoTemplate.MANY if kept >= MOST_TEMPLATES else None


def frozen(plan: Plan) -> dict[str, Any]:
    """A plan without its dates, as it is written down as JSON. People are in no plan."""
    return {name: value for name, value in asdict(plan).items() if name not in DATES}


def thawed(kept: dict[str, Any], starts_at: datetime) -> Plan:
    """The plan that was kept, for another date. What was kept by an older edition and is gone since is left out."""
    known = {field.name for field in fields(Plan)} - DATES
    parts = {name: _tuples(value) for name, value in kept.items() if name in known}
    parts["run_sheet"] = tuple(Item(**item) for item in kept.get("run_sheet", ()))
    closes_at = latest_close(starts_at, parts.get("allotment", ""))
    return Plan(**parts, starts_at=starts_at, registration_closes_at=closes_at)


def _tuples(value: Any) -> Any:
    """JSON knows lists only; plans are compared, and hold tuples."""
    return tuple(_tuples(one) for one in value) if isinstance(value, list | tuple) else value
