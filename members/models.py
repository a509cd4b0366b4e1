"""The members app's tables."""

from members.accounts.models import PledgeAcceptance, Profile, ProfileTheme, RoleGrant, User
from members.admission.models import (
    AcceptedInvitation,
    ApplicationAnswer,
    ApplicationQuestion,
    ApplicationReview,
    MemberInvitation,
    MembershipApplication,
)
from members.affinity.models import AffinityGroup, AffinityMember
from members.audit.models import AuditEntry, AuditHead, AuditSeal, Heartbeat
from members.desk.models import Look, NameOnRecord, SearchKey, StaffNote
from members.leaving.models import Departure, FormerAddress
from members.linking.models import ServiceCall, ServiceDays
from members.mail.models import NO_WORDS, OutgoingMail
from members.membership.models import Membership, Payment, Period, PricePlan
from members.moving.models import MemberImport, MovedIn
from members.security.models import FactorReset, MemberSession
from members.standing.models import Block, EndedBlock, KeptApart, Suspension
from members.texts.models import JudgedText, ScreeningTerm

__all__ = [
    "NO_WORDS",
    "AcceptedInvitation",
    "AffinityGroup",
    "AffinityMember",
    "ApplicationAnswer",
    "ApplicationQuestion",
    "ApplicationReview",
    "AuditEntry",
    "AuditHead",
    "AuditSeal",
    "Block",
    "Departure",
    "EndedBlock",
    "FactorReset",
    "FormerAddress",
    "Heartbeat",
    "JudgedText",
    "KeptApart",
    "Look",
    "MemberImport",
    "MemberInvitation",
    "MemberSession",
    "Membership",
    "MembershipApplication",
    "MovedIn",
    "NameOnRecord",
    "OutgoingMail",
    "Payment",
    "Period",
    "PledgeAcceptance",
    "PricePlan",
    "Profile",
    "ProfileTheme",
    "RoleGrant",
    "ScreeningTerm",
    "SearchKey",
    "ServiceCall",
    "ServiceDays",
    "StaffNote",
    "Suspension",
    "User",
]
