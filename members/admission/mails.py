"""The mails about coming in. Each function builds one mail and puts it into the outbox."""

from __future__ import annotations

from datetime import datetime

from members.admission.choices import APPLICATION_MAIL, JOINING_MAIL, ReviewAct
from members.admission.queries import token_of
from members.mail.outbox import enqueue, nobody
from members.models import MemberInvitation, MembershipApplication, User


def invitation(made: MemberInvitation, *, language: str, now: datetime) -> None:
    """Somebody is invited at their address, whether or not it has an account; in the language of the inviter."""
    guest = nobody()
    guest.language = language
    enqueue(
        f"admission/invitation/{made.pk}",
        kind=JOINING_MAIL,
        to=guest,
        address=made.address,
        template="admission/invitation",
        context={
            "token": token_of(made),
            "last_day": made.last_day,
            "gift_months": made.gift_months,
            "for_stranger": True,  # with no settings of theirs to lead to
        },
        now=now,
        quiet=True,
        expires_at=made.expires_at,
    )


def application_answered(application: MembershipApplication, act: ReviewAct, *, now: datetime) -> None:
    """What staff answered; a question to the applicant stands on their page."""
    member: User = application.member
    enqueue(
        f"admission/answer/{member.pk}/{application.version}",
        kind=APPLICATION_MAIL,
        to=member,
        template="admission/answer",
        context={"act": act},
        now=now,
        quiet=True,
    )
