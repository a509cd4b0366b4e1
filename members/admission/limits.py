"""The numbers of invitations and applications, with their units and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class InvitesLimits:
    """Inviting somebody."""

    open_for: timedelta = timedelta(days=30)  # that of a member; staff choose a last day
    farthest: timedelta = timedelta(days=366)  # the last day of one that staff make
    most_places: int = 500  # of one link
    a_month: int = 5  # of one member, those taken back too
    mails_a_week: int = 2  # to one mailbox, whoever invites: each is a mail to somebody who asked for none
    gift_months: int = 1
    gifts_a_year: int = 6  # of one member, those not taken up too
    label: int = 60  # characters by which staff tell their links apart
    shown: int = 100  # on the page of the staff, the latest first

    @property
    def month(self) -> timedelta:
        """The time in which a member's invitations are counted."""
        return timedelta(days=30)

    @property
    def year(self) -> timedelta:
        """The time in which a member's gifts are counted."""
        return timedelta(days=365)

    @property
    def week(self) -> timedelta:
        """The time in which mails to one mailbox are counted."""
        return timedelta(days=7)


INVITES = InvitesLimits()


@dataclass(frozen=True)
class ApplicationsLimits:
    """Applying to become a member."""

    questions: int = 10  # asked at one time
    question: int = 200  # characters of one
    answer: int = 1000  # characters of one
    kept_for: timedelta = timedelta(days=180)  # the answers, once nobody has to read them any more
    places: int = 99  # by which questions are put in order


APPLICATIONS = ApplicationsLimits()
