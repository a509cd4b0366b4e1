"""The members app's tables."""

from members.models.account import RoleGrant, User
from members.models.apart import KeptApart
from members.models.audit import AuditEntry, AuditHead, AuditSeal
from members.models.membership import Membership, Payment, Period, Plan
from members.models.outbox import NO_WORDS, Heartbeat, OutgoingMail
from members.models.profile import PledgeAcceptance, Profile, ProfileTheme
from members.models.screening import ScreeningTerm
from members.models.standing import Block, EndedBlock, Suspension
from members.models.text import JudgedText

__all__ = [
    "NO_WORDS",
    "AuditEntry",
    "AuditHead",
    "AuditSeal",
    "Block",
    "EndedBlock",
    "Heartbeat",
    "JudgedText",
    "KeptApart",
    "Membership",
    "OutgoingMail",
    "Payment",
    "Period",
    "Plan",
    "PledgeAcceptance",
    "Profile",
    "ProfileTheme",
    "RoleGrant",
    "ScreeningTerm",
    "Suspension",
    "User",
]
