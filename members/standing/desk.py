"""What staff read of a member's standing: a part of their page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from members.accounts.choices import Role
from members.desk.sections import section
from members.models import User
from members.standing.queries import open_suspension


@section(
    "standing", _("利用の停止"), place=40, roles=(Role.DESK, Role.MODERATOR), template="members/standing/_desk.html"
)
def standing(member: User, reader: User, now: datetime) -> Mapping[str, Any]:
    """Whether they are out, and until when; the reasons are the moderators' matter."""
    return {"open": open_suspension(member, now), "earlier": member.suspensions.order_by("-starts_at", "-pk")}
