"""Who the member is, and what reached them: parts of their page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from members.accounts.choices import Role
from members.desk.limits import SEARCHES
from members.desk.sections import section
from members.models import User

FOR_MODERATORS = ["safety"]  # declared by `members.standing`, which comes after this chapter


@section("name", _("お名前と連絡先"), place=10, roles=(Role.DESK,), template="members/desk/_name.html")
def name(member: User, reader: User, now: datetime) -> Mapping[str, Any]:
    return {"name": getattr(member, "name_on_record", None), "address": member.email}


@section("mails", _("送ったメール"), place=50, roles=(Role.DESK,), template="members/desk/_mails.html")
def mails(member: User, reader: User, now: datetime) -> Mapping[str, Any]:
    """No words of any mail: only its subject and what became of it; nothing of moderation."""
    rows = member.mails.exclude(kind__in=FOR_MODERATORS).order_by("-queued_at", "-pk")
    rows = rows.only("subject", "address", "state", "queued_at", "sent_at")
    return {"mails": rows[: SEARCHES.shown], "address": member.email}


@section(
    "consents", _("約束への同意"), place=70, roles=(Role.DESK, Role.MODERATOR), template="members/desk/_consents.html"
)
def consents(member: User, reader: User, now: datetime) -> Mapping[str, Any]:
    return {"pledges": member.pledges.order_by("-accepted_at")}


@section("roles", _("役割"), place=60, roles=(Role.DESK, Role.MODERATOR), template="members/desk/_roles.html")
def roles(member: User, reader: User, now: datetime) -> Mapping[str, Any]:
    grants = member.role_grants.select_related("granted_by__profile").order_by("-granted_at", "-pk")
    return {"grants": grants}
