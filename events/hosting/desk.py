"""What staff read of the evenings that a member leads: a part of their page, and what ending their role would shake."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from events.event.queries.leaders import coming_of
from members.accounts.choices import Role
from members.desk.sections import section
from members.models import User


@section(
    "leading",
    _("進行する会"),
    place=35,
    roles=(Role.DESK, Role.MODERATOR),
    template="events/hosting/_desk.html",
    depends_on=Role.HOST,
)
def leading(member: User, reader: User, now: datetime) -> Mapping[str, Any]:
    return {"events": coming_of(member, now)}
