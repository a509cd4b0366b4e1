"""The mails about paid days. Each function builds one mail and puts it into the outbox."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings

from members.mail.outbox import enqueue
from members.membership.choices import MEMBERSHIP_MAIL
from members.models import Payment, Period, User

# --- the membership


def order_received(payment: Payment, *, now: datetime) -> None:
    """The reference, the amount and where to transfer it: the answer to the order."""
    enqueue(
        f"membership/ordered/{payment.pk}",
        kind=MEMBERSHIP_MAIL,
        to=payment.member,
        template="membership/ordered",
        context={"payment": payment, "terms": payment.screen_text},
        now=now,
    )


def payment_confirmed(period: Period, *, now: datetime) -> None:
    """From when until when the member has paid."""
    enqueue(
        f"membership/confirmed/{period.pk}",
        kind=MEMBERSHIP_MAIL,
        to=period.member,
        template="membership/confirmed",
        context={"period": period, "last_day": period.last_day},
        now=now,
        quiet=True,
    )


def renewal_due(payment: Payment, *, now: datetime) -> None:
    """The reference for the next period, two weeks before the end of this one."""
    enqueue(
        f"membership/renewal/{payment.renews_id}",
        kind=MEMBERSHIP_MAIL,
        to=payment.member,
        template="membership/renewal",
        context={"payment": payment, "last_day": payment.renews.last_day},
        now=now,
        quiet=True,
    )


def period_ended(period: Period, *, open_payment: Payment | None, now: datetime) -> bool:
    """The paid days are over: until when it still works, and how to come back. Returns whether it was written."""
    return enqueue(
        f"membership/ended/{period.pk}",
        kind=MEMBERSHIP_MAIL,
        to=period.member,
        template="membership/ended",
        context={
            "last_day": period.last_day,
            "grace_until": period.ends_on + timedelta(days=settings.GRACE_DAYS - 1),
            "payment": open_payment,
        },
        now=now,
        quiet=True,
    )


def membership_stopped(member: User, *, paid_until: date | None, now: datetime) -> None:
    """Stopping worked: nothing more is charged, and until when the paid days last."""
    enqueue(
        f"membership/stopped/{member.pk}/{now:%Y%m%d%H%M%S}",
        kind=MEMBERSHIP_MAIL,
        to=member,
        template="membership/stopped",
        context={"last_day": paid_until - timedelta(days=1) if paid_until else None},
        now=now,
    )
