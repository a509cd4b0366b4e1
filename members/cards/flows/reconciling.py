"""Every night: what Stripe lists and never reached us."""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings

from kouryu.sweeps import DAILY, sweep
from members.cards import gateway, queries
from members.cards.choices import EventSource
from members.cards.flows.notices import store
from members.cards.gateway import StripeAway
from members.cards.limits import WEBHOOKS

logger = logging.getLogger(__name__)


@sweep("ask-for-missing-notices", every=DAILY)
def ask_for_missing(*, now: datetime) -> int:
    """Compare the events of the last days with those that came, and take the missing; returns how many there were.

    Without an answer of Stripe's the next night does it: `WEBHOOKS.looked_back_for` spans several.
    """
    if not settings.STRIPE:
        return 0
    try:
        listed = {notice.event_id: notice for notice in gateway.events_since(now - WEBHOOKS.looked_back_for)}
    except StripeAway as fault:
        logger.warning("no list of notices: %s", fault)
        return 0
    known = queries.known_notices(listed)
    missing = [notice for event_id, notice in listed.items() if event_id not in known]
    if missing:
        logger.warning("%d notices had never come", len(missing))
        store(missing, EventSource.LIST, now=now)
    return len(missing)
