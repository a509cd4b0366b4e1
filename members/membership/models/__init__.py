"""Plans and what was agreed, what is due, the book of what moved, and the days that it bought."""

from members.membership.models.book import Allocation, Booking, BookLine, PaymentIn, Refund
from members.membership.models.close import MonthClose
from members.membership.models.due import Due, PlanAgreement
from members.membership.models.period import FormerPeriod, Membership, Period
from members.membership.models.plan import PlanPrice, PricePlan
from members.membership.models.second import BookLimit, BookProposal

__all__ = [
    "Allocation",
    "BookLimit",
    "BookLine",
    "BookProposal",
    "Booking",
    "Due",
    "FormerPeriod",
    "Membership",
    "MonthClose",
    "PaymentIn",
    "Period",
    "PlanAgreement",
    "PlanPrice",
    "PricePlan",
    "Refund",
]
