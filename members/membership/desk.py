"""What the desk reads of a member's fee: a part of their page, and how an order leads to its payer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from members.accounts.choices import Role
from members.desk.sections import finder, section
from members.membership import queries
from members.membership.rules import references_in
from members.models import Due, User


@section("membership", _("会費と期間"), place=20, roles=(Role.DESK,), template="members/membership/desk/_member.html")
def membership(member: User, reader: User, now: datetime) -> Mapping[str, Any]:
    return {
        "membership": queries.membership_state(member, now),
        "periods": member.periods.select_related("plan", "granted_by__profile").order_by("-starts_on"),
        "dues": member.dues.select_related("agreement__plan").order_by("-ordered_at"),
    }


@finder
def payers(line: str) -> list[int]:
    """Whoever ordered what this line names, in whatever state the order is."""
    return list(Due.objects.filter(reference__in=references_in(line)).values_list("member_id", flat=True))
