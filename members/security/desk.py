"""What the desk reads of where a member is signed in: a part of their page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from members.accounts.choices import Role
from members.desk.sections import section
from members.models import User
from members.security.queries import has_factor, open_reset, open_sessions, state_of, words_of
from members.security.rules import why_not_confirm_reset, why_not_propose


@section("sessions", _("ログイン"), place=55, roles=(Role.DESK,), template="members/security/_desk.html")
def sessions(member: User, reader: User, now: datetime) -> Mapping[str, Any]:
    """How many and when; the devices are the member's own matter."""
    reset = open_reset(member)
    state, is_oneself = state_of(reset, now), member.pk == reader.pk
    is_proposer = reset is not None and reset.proposed_by_id == reader.pk
    return {
        "sessions": open_sessions(member, here=None, now=now),
        "last_login": member.last_login,
        "reset": reset,
        "words": words_of(reset) if reset else [],
        "can_propose": why_not_propose(state, has_factor=has_factor(member), is_oneself=is_oneself) is None,
        "can_confirm": why_not_confirm_reset(state, is_proposer=is_proposer, is_oneself=is_oneself) is None,
    }
