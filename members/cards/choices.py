"""The words of cards: stored value, label, and which events of Stripe's are worked on."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EventSource(TextChoices):
    """How an event came to be known."""

    WEBHOOK = "webhook", _("通知")
    LIST = "list", _("照合")


class SubscriptionStatus(TextChoices):
    """Stripe's own words for the states of a subscription."""

    INCOMPLETE = "incomplete", _("お支払い待ち")
    INCOMPLETE_EXPIRED = "incomplete_expired", _("期限切れ")
    TRIALING = "trialing", _("お休み中")
    ACTIVE = "active", _("有効")
    PAST_DUE = "past_due", _("お支払いの確認中")
    CANCELED = "canceled", _("終了")
    UNPAID = "unpaid", _("未払い")
    PAUSED = "paused", _("停止中")


LIVING = (SubscriptionStatus.ACTIVE, SubscriptionStatus.TRIALING, SubscriptionStatus.PAST_DUE)
ENDED = (SubscriptionStatus.CANCELED, SubscriptionStatus.INCOMPLETE_EXPIRED)
# Whatever else comes is stored, and nothing is done about it.
OF_SUBSCRIPTIONS = (
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.deleted",
)
