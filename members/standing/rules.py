"""The rules of standing: who may be suspended by whom, and whom a member may block."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from members.standing.limits import REASONS, SUSPENSIONS


class NoBlock(StrEnum):
    """Why somebody cannot be blocked. One reason for every cause, so that nobody can probe who is a member."""

    NOT_POSSIBLE = "block-not-possible"


@dataclass(frozen=True)
class BlockRequest:
    """A member's wish to block another."""

    is_oneself: bool
    is_member: bool  # an account that is still active


def why_not_block(wish: BlockRequest) -> NoBlock | None:
    """The first reason against a block, or None: a member may block anybody but themselves."""
    return None if wish.is_member and not wish.is_oneself else NoBlock.NOT_POSSIBLE


OWNER = "owner"


WATCH = {"moderator", OWNER}  # the roles that can shut others out


class NoSuspension(StrEnum):
    """Why a suspension cannot be imposed, or there is none to lift."""

    ONESELF = "suspension-oneself"
    ONLY_OWNER = "suspension-only-owner"
    REASON_SHORT = "suspension-reason-short"
    UNTIL_PAST = "suspension-until-past"
    UNTIL_FAR = "suspension-until-far"
    NOT_SUSPENDED = "suspension-none"
    LIFT_UNEXPLAINED = "suspension-lift-unexplained"


@dataclass(frozen=True)
class SuspensionProposal:
    """A suspension as somebody on the staff proposes it."""

    of_oneself: bool
    until: datetime
    reason: str
    only_owner: bool = False  # of somebody whose access only an owner decides about, by somebody else


@dataclass(frozen=True)
class Lifting:
    """The early end of a suspension as somebody on the staff proposes it."""

    is_suspended: bool
    of_oneself: bool
    reason: str
    only_owner: bool = False


def why_not_suspend(proposal: SuspensionProposal, now: datetime) -> NoSuspension | None:
    """Nobody puts themselves out, and only an owner those who watch; the end lies within a year; the reason reads."""
    if proposal.of_oneself:
        return NoSuspension.ONESELF
    if proposal.only_owner:
        return NoSuspension.ONLY_OWNER
    if proposal.until <= now:
        return NoSuspension.UNTIL_PAST
    if proposal.until > now + SUSPENSIONS.longest:
        return NoSuspension.UNTIL_FAR
    if len(proposal.reason.strip()) < REASONS.at_least:
        return NoSuspension.REASON_SHORT
    return None


def needs_owner(roles_of_member: Collection[str], roles_of_staff: Collection[str]) -> bool:
    """Moderators do not decide about the access of each other, nor of an owner."""
    return bool(WATCH & set(roles_of_member)) and OWNER not in roles_of_staff


def why_not_lift(facts: Lifting) -> NoSuspension | None:
    """There is one; nobody frees themselves; who is watched over by an owner is freed by an owner; the reason can be
    read.
    """
    if not facts.is_suspended:
        return NoSuspension.NOT_SUSPENDED
    if facts.of_oneself:
        return NoSuspension.ONESELF
    if facts.only_owner:
        return NoSuspension.ONLY_OWNER
    return NoSuspension.LIFT_UNEXPLAINED if len(facts.reason.strip()) < REASONS.at_least else None
