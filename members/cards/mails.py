"""The mails about cards. Each function builds one mail and puts it into the outbox."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from kouryu import references
from members.cards.choices import CARD_MAIL
from members.mail.outbox import enqueue
from members.models import CardFailure, CardSubscription

STOPS = "stop-card"  # what the link in a mail names; of no use for anything else


def charge_announced(subscription: CardSubscription, *, now: datetime) -> bool:
    """What will be charged, when, to which card, and a link that stops it. Returns whether it was written."""
    day = timezone.localdate(subscription.period_ends_at)
    return enqueue(
        f"cards/announced/{subscription.pk}/{day}",
        kind=CARD_MAIL,
        to=subscription.member,
        template="cards/announced",
        context={"card": subscription, "day": day, "stop_path": stop_path(subscription)},
        now=now,
        quiet=True,
    )


def charge_failed(failure: CardFailure, *, days: int, is_last: bool, now: datetime) -> bool:
    """The card could not be charged: where to pay or to change it, and until when nothing changes."""
    return enqueue(
        f"cards/failed/{failure.pk}/{days}",
        kind=CARD_MAIL,
        to=failure.member,
        template="cards/failed",
        context={"failure": failure, "is_last": is_last},
        now=now,
        quiet=True,
    )


def stop_path(subscription: CardSubscription) -> str:
    """The page that stops this subscription, for whoever holds the mail."""
    return reverse("members:card_stop", args=[references.reference_to(STOPS, subscription.pk)])
