"""What happens with cards: notices that come, what they change, and what never came."""

from members.cards.flows.notices import take_notice, work_on_notices
from members.cards.flows.reconciling import ask_for_missing
from members.cards.flows.subscriptions import begin_forgetting, forget_customers

__all__ = ["ask_for_missing", "begin_forgetting", "forget_customers", "take_notice", "work_on_notices"]
