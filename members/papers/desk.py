"""What the desk reads of a member's receipts: a part of their page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from members.accounts.choices import Role
from members.desk.sections import section
from members.models import User
from members.papers import queries


@section("receipts", _("領収書"), place=25, roles=(Role.DESK,), template="members/papers/_desk.html")
def receipts(member: User, reader: User, now: datetime) -> Mapping[str, Any]:
    return {"receipts": queries.receipts_of(member)}
