"""What becomes of the link to an account of the service when the member goes."""

from __future__ import annotations

from datetime import datetime

from allauth.socialaccount.models import SocialAccount

from kouryu.leaving import on_leaving
from members.models import User


@on_leaving(SocialAccount)
def end_link(member: User, *, now: datetime) -> None:
    """Whoever comes from the service again begins a new account."""
    SocialAccount.objects.filter(user=member).delete()
