"""The rules of signing in safely: how long a session of staff lasts, what a device is called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kouryu.clock import is_from_the_future
from members.accounts.choices import Role
from members.desk.rules import why_not_act
from members.security.limits import STAFF_SESSIONS


def is_over_for_staff(signed_in_at: datetime, used_at: datetime, now: datetime) -> bool:
    """Staff see what is other people's, so they sign in again after a day, and after an hour unused.

    A use that is yet to come was noted by a clock that was ahead: how long it is ago nobody knows.
    """
    if is_from_the_future(signed_in_at, now) or is_from_the_future(used_at, now):
        return True
    return now - signed_in_at >= STAFF_SESSIONS.longest or now - used_at >= STAFF_SESSIONS.idle


# The first name that a browser writes of itself: most also write the names of those they descend from.
_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Vivaldi/": "Vivaldi",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Macintosh": "Mac",
    "Linux": "Linux",
}


def device_of(user_agent: str) -> str:
    """What a member recognises their device by, such as "Safari, iPhone"; empty where the browser says nothing known.

    The rest of what it says is kept nowhere: it would tell one member's devices from another's.
    """
    names = (_first_of(_BROWSERS, user_agent), _first_of(_SYSTEMS, user_agent))
    return ", ".join(name for name in names if name)


def _first_of(names: dict[str, str], user_agent: str) -> str:
    return next((name for mark, name in names.items() if mark in user_agent), "")


class NoReset(StrEnum):
    """Why the second factors of a member are not taken off."""

    NO_FACTOR = "reset-no-factor"
    NOT_PROPOSED = "reset-not-proposed"
    PROPOSED_ALREADY = "reset-proposed-already"
    SAME_PERSON = "reset-same-person"
    ONES_OWN = "reset-ones-own"
    OVER = "reset-over"


class Lapse(StrEnum):
    """Why an agreed way back is not carried out, as the record of acts says it."""

    MEMBER_OUT = "member-out"  # gone, or suspended: who stands behind the account is another question now
    AGREED_BY_ONE = "agreed-by-one"  # one of the two could not agree any more


@dataclass(frozen=True)
class Person:
    """One of those whom a way back is about, as they are now."""

    is_out: bool  # gone or suspended
    roles: frozenset[str]


def may_agree(one: Person, *, about: Person) -> bool:
    """Whether this one of the staff may be one of the two: of the desk or an owner, as each act on this member asks."""
    is_at_desk = bool(one.roles & {Role.DESK.value, Role.OWNER.value})
    return is_at_desk and not one.is_out and why_not_act(is_oneself=False, of=about.roles, by=one.roles) is None


def why_lapse(member: Person, proposer: Person | None, confirmer: Person | None) -> Lapse | None:
    """Why it is not carried out although its day has passed; None where all is as it was agreed."""
    if member.is_out:
        return Lapse.MEMBER_OUT
    two = (proposer, confirmer)
    return None if all(one and may_agree(one, about=member) for one in two) else Lapse.AGREED_BY_ONE


def why_not_propose(state: str | None, *, has_factor: bool, is_oneself: bool) -> NoReset | None:
    """Why somebody cannot propose it: it is their own, nothing is there to take off, or somebody has proposed it."""
    if is_oneself:
        return NoReset.ONES_OWN
    if not has_factor:
        return NoReset.NO_FACTOR
    return NoReset.PROPOSED_ALREADY if state in {"proposed", "confirmed"} else None


def why_not_confirm_reset(state: str | None, *, is_proposer: bool, is_oneself: bool) -> NoReset | None:
    """Why somebody cannot agree: it is their own, nothing is proposed, or they proposed it themselves."""
    if is_oneself:
        return NoReset.ONES_OWN
    if state != "proposed":
        return NoReset.NOT_PROPOSED
    return NoReset.SAME_PERSON if is_proposer else None
