"""A member lets calendar programs read along, and stops it."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from events.models import CalendarFeed
from events.registration.queries.feed import hash_of, token_from
from members.accounts.locks import lock_member
from members.audit import audit
from members.models import User


@transaction.atomic
def renew_feed(*, member: User, seen: int | None, now: datetime) -> CalendarFeed:
    """Make the member's feed, or put a new one in the place of the one they saw, whose address ends with it.

    `seen` is that one (None: there was none); a second click on the same page therefore changes nothing.
    """
    lock_member(member.pk)
    feed = CalendarFeed.objects.filter(member=member).first()
    if feed and feed.pk != seen:
        return feed
    if feed:
        feed.delete()
    nonce = secrets.token_urlsafe(32)
    feed = CalendarFeed.objects.create(member=member, nonce=nonce, token_hash=hash_of(token_from(nonce)), made_at=now)
    audit.record("feed.make", feed, by=member, now=now)
    return feed


@transaction.atomic
def revoke_feed(*, member: User, now: datetime) -> None:
    """End the member's feed: its address is not found from now on. Without one nothing changes."""
    lock_member(member.pk)
    feed = CalendarFeed.objects.filter(member=member).first()
    if feed is None:
        return
    audit.record("feed.revoke", feed, by=member, now=now)
    feed.delete()
