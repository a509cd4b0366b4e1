"""What staff read of an account that is about to go: a part of its page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from members.accounts.choices import Role
from members.desk.sections import section
from members.leaving.queries import departure_of
from members.models import User


@section("leaving", _("アカウントの消去"), place=90, roles=(Role.DESK,), template="members/leaving/_desk.html")
def leaving(member: User, reader: User, now: datetime) -> Mapping[str, Any]:
    return {"departure": departure_of(member), "is_gone": not member.is_active}
