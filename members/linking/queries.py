"""Reads about accounts of the service: which is linked to a member, what was said of it, and who signs for that."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date, datetime

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from kouryu.clock import within
from kouryu.openid import PROVIDER
from members.linking.limits import SERVICE
from members.linking.rules import PaidWord, last_paid_day
from members.models import ServiceDays, User

# In `SocialAccount.extra_data`: what the last answer claimed, and when. Nothing else of the answer is kept.
PAID_UNTIL, SAID_AT = "paid_until", "said_at"


def service_account_of(member: User) -> SocialAccount | None:
    """The account of the service with which `member` signs in."""
    return SocialAccount.objects.filter(user=member, provider=PROVIDER).first()


def linked_to(subject: str) -> SocialAccount | None:
    """Who is linked to the account of the service with this name."""
    return SocialAccount.objects.filter(provider=PROVIDER, uid=subject).select_related("user").first()


def claim_of(account: SocialAccount, now: datetime) -> PaidWord | None:
    """What the service claimed in its answer a moment ago; None where it said nothing, or it was another day."""
    if settings.OPENID is None or not settings.OPENID.paid_until_claim:
        return None
    day = last_paid_day(account.extra_data.get(PAID_UNTIL))
    said_at = _moment(account.extra_data.get(SAID_AT))
    earliest, latest = within(SERVICE.claim_counts_for, now)
    if day is None or said_at is None or not earliest <= said_at <= latest:
        return None
    return PaidWord(day, min(said_at, now))


def _moment(written: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def paid_day_said(account: SocialAccount, now: datetime) -> date | None:
    """The last paid day that the service said of this account, in its answer just now or in a call."""
    claim = claim_of(account, now)
    if claim:
        return claim.counts_until
    row = days_of(account.uid) if listens() else None
    return row.said_until if row else None


def listens() -> bool:
    """Whether the operator takes the service's word for what is paid."""
    return settings.OPENID is not None and bool(settings.OPENID.paid_until_claim or settings.OPENID.call_secret)


def digests_of(subject: str) -> list[str]:
    """What stands for an account of the service in `ServiceDays`: under the key of today, then under earlier ones."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [salted_hmac("members.linking.subject", subject, secret=key, algorithm="sha256").hexdigest() for key in keys]


def days_of(subject: str) -> ServiceDays | None:
    """What was said of this account of the service and given for it."""
    return ServiceDays.objects.filter(provider=PROVIDER, subject__in=digests_of(subject)).first()


def signature_of(body: bytes, secret: str) -> str:
    """How the service's server signs a call: HMAC-SHA256 of all its bytes, in hexadecimal."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def is_signed(body: bytes, signature: str) -> bool:
    """Whether the service's server wrote these bytes."""
    return constant_time_compare(signature_of(body, settings.OPENID.call_secret), signature)
