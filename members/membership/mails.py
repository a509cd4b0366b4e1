"""The mails about paid days. Each function builds one mail and puts it into the outbox."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings

from members.mail.outbox import enqueue
from members.membership import providers
from members.membership.choices import MEMBERSHIP_MAIL
from members.models import Due, PaymentIn, Period, PlanAgreement, User

# --- the membership


def order_received(due: Due, *, now: datetime) -> None:
    """The reference, the amount and where to transfer it: the answer to the order."""
    enqueue(
        f"membership/ordered/{due.pk}",
        kind=MEMBERSHIP_MAIL,
        to=due.member,
        template="membership/ordered",
        context={"due": due, "terms": due.agreement.screen_text},
        now=now,
    )


def part_received(due: Due, payment: PaymentIn, *, missing_yen: int, now: datetime) -> None:
    """What came in, what is missing, and how to send the rest."""
    enqueue(
        f"membership/part/{due.pk}/{payment.pk}",
        kind=MEMBERSHIP_MAIL,
        to=due.member,
        template="membership/part",
        context={"due": due, "received_yen": due.amount_yen - missing_yen, "missing_yen": missing_yen},
        now=now,
        quiet=True,
    )


def credit_received(payment: PaymentIn, *, credit_yen: int, now: datetime) -> None:
    """More came in than was asked for: it is kept, and the member chooses what becomes of it."""
    enqueue(
        f"membership/credit/{payment.pk}",
        kind=MEMBERSHIP_MAIL,
        to=payment.member,
        template="membership/credit",
        context={"credit_yen": credit_yen},
        now=now,
        quiet=True,
    )


def payment_undone(due: Due, *, returned: bool, paid_until: date | None, now: datetime) -> None:
    """A payment no longer stands: why, until when the paid days last now, and whether the order waits again."""
    enqueue(
        f"membership/undone/{due.pk}/{now:%Y%m%d%H%M%S}",
        kind=MEMBERSHIP_MAIL,
        to=due.member,
        template="membership/undone",
        context={
            "due": due,
            "returned": returned,
            "last_day": paid_until - timedelta(days=1) if paid_until else None,
        },
        now=now,
        quiet=True,
    )


def payment_confirmed(period: Period, *, now: datetime) -> None:
    """From when until when the member has paid."""
    enqueue(
        f"membership/confirmed/{period.pk}",
        kind=MEMBERSHIP_MAIL,
        to=period.member,
        template="membership/confirmed",
        context={
            "period": period,
            "last_day": period.last_day,
            "renews_by_itself": providers.renews_by_itself(period.member),
        },
        now=now,
        quiet=True,
    )


def renewal_due(due: Due, *, now: datetime) -> None:
    """The reference for the next period, two weeks before the end of this one."""
    enqueue(
        f"membership/renewal/{due.renews_id}",
        kind=MEMBERSHIP_MAIL,
        to=due.member,
        template="membership/renewal",
        context={"due": due, "last_day": due.renews.last_day},
        now=now,
        quiet=True,
    )


def period_ended(period: Period, *, open_due: Due | None, now: datetime) -> bool:
    """The paid days are over: until when it still works, and how to come back. Returns whether it was written."""
    return enqueue(
        f"membership/ended/{period.pk}",
        kind=MEMBERSHIP_MAIL,
        to=period.member,
        template="membership/ended",
        context={
            "last_day": period.last_day,
            "grace_until": period.ends_on + timedelta(days=settings.GRACE_DAYS - 1),
            "due": open_due,
        },
        now=now,
        quiet=True,
    )


def price_told(agreement: PlanAgreement, *, before: PlanAgreement, paid_until: date | None, now: datetime) -> None:
    """From which period on the plan costs something else, and that nothing must be done by who does not go on."""
    enqueue(
        f"membership/price/{agreement.pk}",
        kind=MEMBERSHIP_MAIL,
        to=agreement.member,
        template="membership/price",
        context={
            "agreement": agreement,
            "before": before,
            "last_day": paid_until - timedelta(days=1) if paid_until else None,
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
