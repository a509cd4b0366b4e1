"""A member's seats as a calendar that programs fetch: its secret address, and what stands in it."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from events.event.choices import EventState
from events.models import CalendarFeed, Offer, Registration
from events.registration import calendar
from events.registration.choices import RegistrationState
from events.registration.limits import FEED
from kouryu.clock import TOKYO
from members.accounts.rules import is_paid
from members.models import User
from members.standing.queries import in_standing, with_standing

# --- the address


def token_from(nonce: str) -> str:
    """256 bits that nobody can guess, not even who reads the database: SECRET_KEY is part of them."""
    digest = salted_hmac("events.feed", nonce, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def hash_of(token: str) -> str:
    """What the database keeps. A plain hash is enough for what is random and this long."""
    return hashlib.sha256(token.encode()).hexdigest()


def address_of(feed: CalendarFeed) -> str:
    """Where programs fetch it; empty when the site's key has changed since and only they still know the address."""
    token = token_from(feed.nonce)
    if not constant_time_compare(hash_of(token), feed.token_hash):
        return ""
    return settings.SITE_URL + reverse("events:feed", args=[token])


def owner_of(token: str, now: datetime) -> User | None:
    """Whose feed this is, in their standing; None for a wrong or revoked token."""
    people = User.objects.filter(is_active=True, calendar_feed__token_hash=hash_of(token))
    owner = with_standing(people, now, timezone.localdate(now)).first()
    return in_standing(owner) if owner else None


# --- what stands in it


def written_for(member: User, now: datetime) -> str:
    """The file for the owner of a feed, in their language.

    While a membership rests or is suspended it is empty and says so: entries disappear from the calendar, and come
    back by themselves with the membership.
    """
    with translation.override(member.language), timezone.override(TOKYO):
        standing, today = member.standing, timezone.localdate(now)
        if standing.is_suspended or not is_paid(standing.paid_until, today, settings.GRACE_DAYS):
            return calendar.feed([], [], notice=_("いまは会員期間の外か、ご利用を止めているため、会は表示されません。"))
        return calendar.feed(_seats(member, now), _offers(member, now))


def _seats(member: User, now: datetime) -> QuerySet[Registration]:
    """Certain seats, ahead and of the last months; of events called off too, so that they are seen to be."""
    seats = member.registrations.confirmed().filter(event__ends_at__gt=now - FEED.looks_back_for)
    return seats.select_related("event").order_by("event__starts_at", "pk")


def _offers(member: User, now: datetime) -> QuerySet[Offer]:
    offers = Offer.objects.open_at(now).filter(registration__member=member)
    held = offers.filter(registration__state=RegistrationState.OFFERED, registration__event__state=EventState.PUBLISHED)
    return held.select_related("registration__event").order_by("expires_at", "pk")
