"""Reads about cards: who pays by one, and which notices wait."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from members.cards.limits import WEBHOOKS
from members.models import StripeEvent


def notices_due(now: datetime) -> list[int]:
    """Those to work on, in the order in which they happened at Stripe."""
    waiting = StripeEvent.objects.filter(worked_at=None, next_try_at__lte=now).order_by("created_at", "pk")
    return list(waiting.values_list("pk", flat=True)[: WEBHOOKS.at_once])


def known_notices(event_ids: Iterable[str]) -> set[str]:
    """Which of these came already."""
    return set(StripeEvent.objects.filter(event_id__in=list(event_ids)).values_list("event_id", flat=True))
