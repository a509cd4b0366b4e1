"""What moderators read of a member's cases: a part of their page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from feedback.models import Case
from members.accounts.choices import Role
from members.desk.sections import section
from members.models import User


@section("cases", _("見守りの記録"), place=45, roles=(Role.MODERATOR,), template="feedback/safety/_desk.html")
def cases(member: User, reader: User, now: datetime) -> Mapping[str, Any]:
    """The cases about this member that the reader has no part in; their words stay behind taking the case."""
    return {"cases": Case.objects.visible_to(reader).filter(member=member).order_by("-opened_at", "-pk")}
