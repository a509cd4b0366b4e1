"""The members app's tables."""

from members.accounts.models import PledgeAcceptance, Profile, ProfileTheme, RoleGrant, User
from members.admission.models import (
    AcceptedInvitation,
    ApplicationAnswer,
    ApplicationQuestion,
    ApplicationReview,
    InvitedMailbox,
    MemberInvitation,
    MembershipApplication,
)
from members.affinity.models import AffinityGroup, AffinityMember
from members.audit.models import AuditEntry, AuditHead, AuditSeal, Heartbeat
from members.banking.models import BankLine, BankList
from members.cards.models import (
    CardCheckout,
    CardCustomer,
    CardFailure,
    CardReturn,
    CardSubscription,
    StripeEvent,
)
from members.desk.models import Look, NameOnRecord, SearchKey, StaffNote
from members.leaving.models import Departure, FormerAddress
from members.linking.models import ServiceCall, ServiceDays
from members.mail.models import NO_WORDS, OutgoingMail
from members.membership.models import (
    Allocation,
    Booking,
    BookLimit,
    BookLine,
    BookProposal,
    Due,
    FormerPeriod,
    Membership,
    MonthClose,
    PaymentIn,
    Period,
    PlanAgreement,
    PlanPrice,
    PricePlan,
    Refund,
)
from members.moving.models import MemberImport, MovedIn
from members.papers.models import Receipt, ReceiptLine, ReceiptYear
from members.security.models import FactorReset, MemberSession
from members.standing.models import Block, EndedBlock, KeptApart, Suspension
from members.texts.models import JudgedText, ScreeningTerm

__all__ = [
    "NO_WORDS",
    "AcceptedInvitation",
    "AffinityGroup",
    "AffinityMember",
    "Allocation",
    "ApplicationAnswer",
    "ApplicationQuestion",
    "ApplicationReview",
    "AuditEntry",
    "AuditHead",
    "AuditSeal",
    "BankLine",
    "BankList",
    "Block",
    "BookLimit",
    "BookLine",
    "BookProposal",
    "Booking",
    "CardCheckout",
    "CardCustomer",
    "CardFailure",
    "CardReturn",
    "CardSubscription",
    "Departure",
    "Due",
    "EndedBlock",
    "FactorReset",
    "FormerAddress",
    "FormerPeriod",
    "Heartbeat",
    "InvitedMailbox",
    "JudgedText",
    "KeptApart",
    "Look",
    "MemberImport",
    "MemberInvitation",
    "MemberSession",
    "Membership",
    "MembershipApplication",
    "MonthClose",
    "MovedIn",
    "NameOnRecord",
    "OutgoingMail",
    "PaymentIn",
    "Period",
    "PlanAgreement",
    "PlanPrice",
    "PledgeAcceptance",
    "PricePlan",
    "Profile",
    "ProfileTheme",
    "Receipt",
    "ReceiptLine",
    "ReceiptYear",
    "Refund",
    "RoleGrant",
    "ScreeningTerm",
    "SearchKey",
    "ServiceCall",
    "ServiceDays",
    "StaffNote",
    "StripeEvent",
    "Suspension",
    "User",
]
