"""The words of cards: stored value, label, and which events of Stripe's are worked on."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from members.mail.kinds import mail_kind


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


class CheckoutState(TextChoices):
    """What became of a page on which somebody was to pay."""

    OPEN = "open", _("お支払い待ち")
    PAID = "paid", _("お支払いずみ")
    OVER = "over", _("期限切れ")


class ReturnKind(TextChoices):
    """Why money of a card goes back."""

    REFUND = "refund", _("返金")
    DISPUTE = "dispute", _("お支払いへの異議")


CARD_MAIL = mail_kind("cards", _("カードのお支払いのお知らせ"))
OF_INVOICES = ("invoice.paid", "invoice.payment_failed", "invoice.payment_action_required", "invoice.voided")
OF_CHECKOUTS = ("checkout.session.completed", "checkout.session.expired")
OF_REFUNDS = ("refund.created", "refund.updated", "refund.failed")
OF_DISPUTES = ("charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed")
# Whatever else comes is stored, and nothing is done about it.
OF_SUBSCRIPTIONS = (
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.deleted",
)
