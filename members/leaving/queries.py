"""Reads about leaving: who is about to go, and what an address is remembered for."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.crypto import salted_hmac

from members.accounts.rules import mailbox_of
from members.models import Departure, FormerAddress, User

SALT = "members.leaving.address"


def digest_of(address: str, *, secret: str | None = None) -> str:
    """What stands for an address that is to be known again and never read; the same for one mailbox."""
    mailbox = mailbox_of(address.strip().lower())
    return salted_hmac(SALT, mailbox, secret=secret or settings.SECRET_KEY, algorithm="sha256").hexdigest()


def former_of(address: str, now: datetime) -> FormerAddress | None:
    """What is remembered of an account that had this address, under the key of today or an earlier one."""
    digests = [digest_of(address, secret=key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return FormerAddress.objects.filter(digest__in=digests, until__gt=now).order_by("-left_at").first()


def departure_of(member: User) -> Departure | None:
    """The deletion that was asked for, if any."""
    return Departure.objects.filter(member=member).first()
