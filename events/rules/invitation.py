"""May a host invite these addresses, and may a sweep still write?"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from events.rules.registration import Doors

MOST_AT_ONCE = 20
MOST_A_DAY = 60  # addresses typed by one host: plenty for an evening, few for finding out who is a member


class NoInvitation(StrEnum):
    """Why nobody is invited."""

    NOT_ASKED_FOR = "invitation-not-asked-for"
    OVER = "invitation-over"
    TOO_MANY = "invitation-too-many"


def why_not_invite(
    doors: Doors, *, asks_for_invitation: bool, typed: int, typed_today: int, now: datetime
) -> NoInvitation | None:
    """The first reason why these addresses are not taken, or None.

    Invitations are for events whose conditions know of invited people, until registration closes. A draft may invite:
    the mails wait until it is published. The number of addresses counts, not of members: it must not tell.
    """
    if not asks_for_invitation:
        return NoInvitation.NOT_ASKED_FOR
    if doors.is_called_off or doors.is_closed or now >= doors.registration_closes_at:
        return NoInvitation.OVER
    if typed > MOST_AT_ONCE or typed + typed_today > MOST_A_DAY:
        return NoInvitation.TOO_MANY
    return None
