"""What becomes of the mails of somebody who goes, and of those to others that name them."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q

from kouryu.leaving import on_leaving
from members.accounts.choices import FORMER_MEMBER
from members.mail.choices import ENDED_MAIL
from members.mail.kinds import KINDS
from members.models import NO_WORDS, OutgoingMail, User


@on_leaving(OutgoingMail)
def delete_mails(member: User, *, now: datetime) -> None:
    """Only the last one still leaves, to an address that is nobody's any more."""
    mails = OutgoingMail.objects.filter(to=member)
    mails.filter(kind__in=[kind for kind in KINDS.values() if kind.goes_to_strangers]).update(to=None)
    mails.delete()
    if member.called_name:
        _take_name_out(member.called_name)


def _take_name_out(name: str) -> None:
    """Mails to others that name them: what has left is emptied, what waits leaves without the name."""
    naming = reduce(or_, (Q(**{f"{column}__contains": name}) for column in NO_WORDS))
    OutgoingMail.objects.filter(naming, to__isnull=False, state__in=ENDED_MAIL).update(**NO_WORDS)
    for mail in OutgoingMail.objects.filter(naming, to__isnull=False).exclude(state__in=ENDED_MAIL):
        for column in NO_WORDS:
            setattr(mail, column, getattr(mail, column).replace(name, FORMER_MEMBER))
        mail.save(update_fields=[*NO_WORDS])
