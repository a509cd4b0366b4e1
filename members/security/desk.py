"""What the desk reads of where a member is signed in: a part of their page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from members.accounts.choices import Role
from members.desk.sections import section
from members.models import User
from members.security.choices import ResetState
from members.security.queries import has_factor, open_reset, open_sessions


@section("sessions", _("ログイン"), place=55, roles=(Role.DESK,), template="members/security/_desk.html")
def sessions(member: User, reader: User, now: datetime) -> Mapping[str, Any]:
    """How many and when; the devices are the member's own matter."""
    reset = open_reset(member)
    return {
        "sessions": open_sessions(member, here=None, now=now),
        "last_login": member.last_login,
        "reset": reset,
        "can_propose": has_factor(member) and (reset is None or reset.state == ResetState.ASKED),
        "can_confirm": reset is not None and reset.state == ResetState.PROPOSED and reset.proposed_by_id != reader.pk,
    }
