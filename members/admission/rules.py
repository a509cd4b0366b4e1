"""The rules of coming in: who may sign up, who may invite, and which invitation still lets somebody in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from members.admission.limits import INVITES


class NoWayIn(StrEnum):
    """Why an invitation lets nobody in, or not this person."""

    UNKNOWN = "invitation-unknown"
    TAKEN_BACK = "invitation-taken-back"
    EXPIRED = "invitation-expired"
    USED_UP = "invitation-used-up"
    OTHER_ADDRESS = "invitation-for-another-address"
    ONES_OWN = "invitation-of-ones-own"
    HERE_ALREADY = "invitation-here-already"
    DECLINED = "invitation-declined"  # the staff have answered; only they think better of it


class NoInviting(StrEnum):
    """Why somebody cannot invite."""

    NOT_BY_MEMBERS = "not-by-members"
    MANY_THIS_MONTH = "many-invitations-this-month"
    DAY_PAST = "invitation-day-past"
    DAY_FAR = "invitation-day-far"
    ONE_ADDRESS_ONE_PLACE = "one-address-one-place"


@dataclass(frozen=True)
class InvitationFacts:
    """What an invitation is at one moment."""

    is_taken_back: bool
    expires_at: datetime
    places: int
    taken: int
    address: str = ""  # the only one that it is for, if there is one
    by_staff: bool = False


@dataclass(frozen=True)
class Guest:
    """Who accepts an invitation."""

    address: str  # proved
    is_inviter: bool
    has_been_here: bool  # had paid or given days, or came with another invitation
    is_declined: bool = False  # the staff declined their application


def why_not_use(invitation: InvitationFacts, now: datetime) -> NoWayIn | None:
    """Why the invitation lets nobody in, or None: taken back, over, or all places taken."""
    if invitation.is_taken_back:
        return NoWayIn.TAKEN_BACK
    if now >= invitation.expires_at:
        return NoWayIn.EXPIRED
    if invitation.taken >= invitation.places:
        return NoWayIn.USED_UP
    return None


def why_not_accept(invitation: InvitationFacts, guest: Guest, now: datetime) -> NoWayIn | None:
    """Why this guest cannot accept it, or None.

    Nobody invites themselves, nor somebody who is here. Then what is true for everybody, then whose address it is for.
    Whose application was declined comes in by an invitation of the staff to their own address, and by no other.
    """
    if guest.is_inviter:
        return NoWayIn.ONES_OWN
    if guest.has_been_here:
        return NoWayIn.HERE_ALREADY
    if reason := why_not_use(invitation, now):
        return reason
    if not is_for(invitation.address, guest.address):
        return NoWayIn.OTHER_ADDRESS
    if guest.is_declined and not (invitation.by_staff and invitation.address):
        return NoWayIn.DECLINED
    return None


def is_for(address: str, of_guest: str) -> bool:
    """Whether an invitation for this address, or for nobody's in particular, is for the guest's."""
    return not address or address.lower() == of_guest.lower()


@dataclass(frozen=True)
class InvitationWish:
    """An invitation that somebody wants to make."""

    by_staff: bool
    address: str
    places: int
    last_day: date | None  # None: as long as a member's


def why_not_invite(wish: InvitationWish, *, members_may: bool, made_lately: int, today: date) -> NoInviting | None:
    """The first reason against it, or None.

    Members invite where the setting says so, and a few times a month. A last day is today or later, and not far ahead.
    An invitation for one address has one place.
    """
    if not wish.by_staff and not members_may:
        return NoInviting.NOT_BY_MEMBERS
    if not wish.by_staff and made_lately >= INVITES.a_month:
        return NoInviting.MANY_THIS_MONTH
    if wish.last_day is not None and wish.last_day < today:
        return NoInviting.DAY_PAST
    if wish.last_day is not None and wish.last_day > today + INVITES.farthest:
        return NoInviting.DAY_FAR
    if wish.address and wish.places != 1:
        return NoInviting.ONE_ADDRESS_ONE_PLACE
    return None


@dataclass(frozen=True)
class Inviter:
    """A member who invites, as far as a first month for the guest depends on it."""

    has_days_of_their_own: bool  # today, by anything but a gift
    gifts_lately: int  # that they offered within a year


def gives_month(inviter: Inviter) -> bool:
    """Whether the guest's first month is a gift: from those who have more than a gift themselves, a few times a year.

    So gifts make no chain, and nobody pays once and lives on invitations to addresses of their own.
    """
    return inviter.has_days_of_their_own and inviter.gifts_lately < INVITES.gifts_a_year


def last_day_of_a_member(today: date) -> date:
    """The last day of an invitation that a member makes today."""
    return today + timedelta(days=INVITES.open_for.days)


class NoApplying(StrEnum):
    """Why an application cannot be sent, or not taken back."""

    NOT_ASKED_FOR = "application-not-asked-for"  # the account is let in already, or nobody is by application
    WAITING_ALREADY = "application-waiting-already"
    DECIDED = "application-decided"
    ANSWERS_MISSING = "application-answers-missing"
    QUESTIONS_CHANGED = "application-questions-changed"


class NoReview(StrEnum):
    """Why staff cannot answer an application."""

    SETTLED = "application-settled"
    CHANGED_MEANWHILE = "application-changed-meanwhile"


class NoQuestion(StrEnum):
    """Why a question is not kept."""

    TOO_MANY = "too-many-questions"


def missing_answers(required: Mapping[int, bool], answers: Mapping[int, str]) -> list[int]:
    """The questions that have to be answered and are not."""
    return [number for number, is_required in required.items() if is_required and not answers.get(number, "").strip()]
