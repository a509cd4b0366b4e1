"""Reads about accounts of the service that are linked to members."""

from __future__ import annotations

from datetime import date

from allauth.socialaccount.models import SocialAccount
from django.conf import settings

from kouryu.openid import PROVIDER
from members.linking.rules import last_paid_day
from members.models import User

PAID_UNTIL = "paid_until"  # in `SocialAccount.extra_data`: what the claim said last; nothing else of the answer is kept


def service_account_of(member: User) -> SocialAccount | None:
    """The account of the service with which `member` signs in."""
    return SocialAccount.objects.filter(user=member, provider=PROVIDER).first()


def paid_day_said(account: SocialAccount) -> date | None:
    """The last paid day that the service said of this account, if the operator listens to that."""
    if settings.OPENID is None or not settings.OPENID.paid_until_claim:
        return None
    return last_paid_day(account.extra_data.get(PAID_UNTIL))
