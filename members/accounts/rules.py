"""The rules of accounts: who may open which page, and how addresses are compared."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from members.accounts.choices import Role


class Access(StrEnum):
    """The least that the reader of a page must be."""

    PUBLIC = "public"  # anybody
    SIGNED_IN = "signed-in"  # an account, even a suspended one
    ACCOUNT = "account"  # an account in good standing, paid or not
    MEMBER = "member"  # paid up, with the pledge accepted
    KEPT = "kept"  # what stays with a member whose paid days are over: their own letters, mirror, notes, to be read
    HOSTING = "hosting"  # a host, or a paid-up member whom a host asked to help; the view finds with what
    HOST = "host"
    MODERATOR = "moderator"
    DESK = "desk"
    OWNER = "owner"
    FIGURES = "figures"  # those of the staff who read numbers without names
    MEMBER_DESK = "member-desk"  # those of the staff who look after members: the desk and the moderators
    CLOSED = "closed"  # nobody: the page was never labelled


class NoEntry(StrEnum):
    """Why a page stays shut."""

    NOT_SIGNED_IN = "not-signed-in"
    SUSPENDED = "suspended"
    NOT_ADMITTED = "not-admitted"  # an account that waits for an invitation, or for its application to be read
    UNPAID = "unpaid"
    PLEDGE_MISSING = "pledge-missing"
    SECOND_FACTOR_MISSING = "second-factor-missing"  # a role opens it, in a session that a second factor proved
    NOT_FOUND = "not-found"  # invisible: the reader is not told that it exists


# Which roles open a page of the staff, beside the owner's.
ROLES_FOR: dict[Access, frozenset[str]] = {
    Access.HOSTING: frozenset({Role.HOST.value}),  # and whoever helps a host
    Access.HOST: frozenset({Role.HOST.value}),
    Access.MODERATOR: frozenset({Role.MODERATOR.value}),
    Access.DESK: frozenset({Role.DESK.value}),
    Access.OWNER: frozenset(),
    Access.FIGURES: frozenset({Role.ANALYST.value, Role.MODERATOR.value}),
    Access.MEMBER_DESK: frozenset({Role.DESK.value, Role.MODERATOR.value}),
}
STAFF = frozenset(ROLES_FOR) - {Access.HOSTING}


@dataclass(frozen=True)
class Reader:
    """All that the access rule may look at."""

    signed_in: bool = False
    suspended: bool = False
    awaits_admission: bool = False
    paid: bool = False
    was_member: bool = False  # had paid days at some time, also those of today
    pledged: bool = False
    roles: frozenset[str] = field(default_factory=frozenset)
    roles_to_prove: frozenset[str] = field(default_factory=frozenset)

    @property
    def keeps(self) -> bool:
        """Whether the paid days are over and what came to this reader stays open to be read."""
        return self.was_member and self.pledged and not self.paid and not self.suspended


@dataclass(frozen=True)
class MemberStanding:
    """What an account holds at one moment: paid days, a suspension, roles (`members.standing.queries.standing_of`)."""

    paid_until: date | None  # the first day that is neither paid for nor granted; None for who never had one
    is_suspended: bool
    roles: frozenset[str]
    roles_to_prove: frozenset[str] = frozenset()  # held, and without effect in a session without a second factor

    def unproved(self) -> MemberStanding:
        """The same in a session without a second factor: there no role counts."""
        return replace(self, roles=frozenset(), roles_to_prove=self.roles)


def is_paid(paid_until: date | None, today: date, grace_days: int) -> bool:
    """Is `today` within the paid or granted days or the days of grace? `paid_until` itself is not paid for."""
    return paid_until is not None and today < paid_until + timedelta(days=grace_days)


def why_not_open(access: Access, reader: Reader) -> NoEntry | None:
    """The first reason why the page stays shut, or None.

    Public pages open to all. Nothing else opens without signing in. The suspended see what is meant for them
    only, and so do those who were not let in yet. Staff pages ask for the role (owners have every role), then for a
    second factor, and are invisible to others;
    those of an event's helpers open to members in full as well. Members' pages ask for a paid day, what is kept for one
    that ever was, then for the pledge.
    """
    if access == Access.PUBLIC:
        return None
    if access == Access.CLOSED:
        return NoEntry.NOT_FOUND
    if not reader.signed_in:
        return NoEntry.NOT_SIGNED_IN
    if access == Access.SIGNED_IN:
        return None
    if reader.suspended:
        return NoEntry.SUSPENDED
    if reader.awaits_admission:
        return NoEntry.NOT_ADMITTED
    if access == Access.ACCOUNT:
        return None
    if access in ROLES_FOR:
        return _why_not_open_to_staff(access, reader)
    if not (reader.was_member if access == Access.KEPT else reader.paid):
        return NoEntry.UNPAID
    if not reader.pledged:
        return NoEntry.PLEDGE_MISSING
    return None


def is_opened_by(roles: frozenset[str], access: Access) -> bool:
    """Does one of these roles open a page of the staff? Owners have every role."""
    return bool(roles & {*ROLES_FOR[access], Role.OWNER.value})


def _why_not_open_to_staff(access: Access, reader: Reader) -> NoEntry | None:
    if is_opened_by(reader.roles, access):
        return None
    if is_opened_by(reader.roles_to_prove, access):
        return NoEntry.SECOND_FACTOR_MISSING
    is_helper = access == Access.HOSTING and reader.paid and reader.pledged
    return None if is_helper else NoEntry.NOT_FOUND


class BadAddress(StrEnum):
    """Why no mail would arrive at an address that looks like one."""

    NOT_ASCII = "not-ascii"
    DOTS = "dots"


def why_no_mail_to(address: str) -> BadAddress | None:
    """Letters beyond ASCII lead elsewhere or nowhere; mail servers refuse the dots of some old Japanese addresses."""
    name, at, _domain = address.rpartition("@")
    if not address.isascii():
        return BadAddress.NOT_ASCII
    if at and not name.startswith('"') and (name.startswith(".") or name.endswith(".") or ".." in name):
        return BadAddress.DOTS
    return None


def mailbox_of(address: str) -> str:
    """What two addresses share that lead to one mailbox: no case, no quotes, no tag behind a plus.

    Some servers keep `a+b` apart; where it is only asked how many mails one mailbox gets, they count as one.
    """
    name, _at, domain = address.strip().lower().rpartition("@")
    if name.startswith('"'):
        name = name.strip('"').replace("\\", "")
    name = name.partition("+")[0] or name
    if domain in {"gmail.com", "googlemail.com"}:
        name, domain = name.replace(".", ""), "gmail.com"
    return f"{name}@{domain}"
