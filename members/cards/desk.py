"""What the desk reads of a member's card: what recurs, what failed, what went back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from members.accounts.choices import Role
from members.desk.sections import section
from members.models import CardReturn, User


@section("cards", _("カードのお支払い"), place=21, roles=(Role.DESK,), template="members/cards/desk/_member.html")
def cards(member: User, reader: User, now: datetime) -> Mapping[str, Any]:
    return {
        "subscriptions": member.card_subscriptions.order_by("-began_at"),
        "failures": member.card_failures.order_by("-failed_at"),
        "returns": CardReturn.objects.filter(payment__member=member).order_by("-at"),
    }
