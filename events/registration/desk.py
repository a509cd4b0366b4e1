"""What staff read of a member's evenings: a part of their page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from events.models import Registration
from events.registration.choices import Presence
from events.registration.rules.closing import why_not_correct_afterwards
from members.accounts.choices import Role
from members.desk.sections import section
from members.models import User


@section(
    "evenings",
    _("会への参加"),
    place=30,
    roles=(Role.DESK, Role.MODERATOR),
    template="events/registration/_desk.html",
)
def evenings(member: User, reader: User, now: datetime) -> Mapping[str, Any]:
    """Seats of all states with what came of them, the latest evening first."""
    rows = member.registrations.select_related("event", "attendance", "mark").order_by("-event__starts_at", "-pk")
    for row in rows:
        row.can_be_corrected = _can_be_corrected(row)
    return {"registrations": rows, "now": now}


def _can_be_corrected(row: Registration) -> bool:
    """Whether the desk may note, after closing, that this seat was taken."""
    held = row.attendance.presence if hasattr(row, "attendance") else ""
    return why_not_correct_afterwards(row.event.state, row.state, held, Presence.PRESENT) is None
