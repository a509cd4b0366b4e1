"""What happens with cards: orders and payments, notices that come, what they change, and what never came."""

from members.cards.flows.checkout import begin_checkout, order_by_card, watch_checkouts
from members.cards.flows.notices import take_notice, work_on_notices
from members.cards.flows.payments import take_invoice, tell_of_failures
from members.cards.flows.reconciling import ask_for_missing
from members.cards.flows.subscriptions import begin_forgetting, forget_customers
from members.cards.flows.wishes import agree_on_prices, announce_charges, tell_stripe, way_to_another_card

__all__ = [
    "agree_on_prices",
    "announce_charges",
    "ask_for_missing",
    "begin_checkout",
    "begin_forgetting",
    "forget_customers",
    "order_by_card",
    "take_invoice",
    "take_notice",
    "tell_of_failures",
    "tell_stripe",
    "watch_checkouts",
    "way_to_another_card",
    "work_on_notices",
]
