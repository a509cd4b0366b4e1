"""What must always be true of accounts, paid days, standing and mails, whatever happened before?

Each check returns one sentence per breach, with ids and never a personal value; `manage.py check_invariants` lists
them. Most of it stands behind a constraint too: a dump that was restored without them is caught here.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from members.choices import WEEKLY_MAIL, MailState, PaymentState
from members.models import OutgoingMail, Payment, Period, Suspension
from members.rules.mail import WEEK

STUCK_AFTER = timedelta(hours=1)  # a lease lasts under a minute: by then somebody should have taken the mail up
MAIL_LOOKS_BACK_FOR = timedelta(days=14)


def periods_do_not_overlap(now: datetime) -> list[str]:
    others = Period.objects.filter(
        member=OuterRef("member"), starts_on__lt=OuterRef("ends_on"), ends_on__gt=OuterRef("starts_on")
    ).exclude(pk=OuterRef("pk"))
    overlapping = Period.objects.filter(Exists(others)).order_by("member", "starts_on")
    return [f"user {period.member_id}: paid days {period} overlap others" for period in overlapping]


def confirmed_payments_have_their_days(now: datetime) -> list[str]:
    confirmed = Q(state=PaymentState.CONFIRMED)
    paid_for_nothing = Payment.objects.filter(confirmed, period=None)
    unpaid = Payment.objects.filter(~confirmed, period__isnull=False)
    return [f"payment {payment.pk} is confirmed and gave no days" for payment in paid_for_nothing] + [
        f"payment {payment.pk} gave days and is {payment.state}" for payment in unpaid
    ]


def each_mail_once(now: datetime) -> list[str]:
    keys = OutgoingMail.objects.values("key").annotate(mails=Count("pk")).filter(mails__gt=1)
    return [f"mail {row['key']} stands {row['mails']} times in the outbox" for row in keys]


def no_mail_is_stuck(now: datetime) -> list[str]:
    sending = OutgoingMail.objects.filter(state=MailState.SENDING)
    stuck = sending.filter(Q(claimed_until=None) | Q(claimed_until__lt=now - STUCK_AFTER)).order_by("pk")
    return [f"mail {mail.key} is being sent since long" for mail in stuck]


def sent_mails_say_when(now: datetime) -> list[str]:
    broken = OutgoingMail.objects.filter(state=MailState.SENT, sent_at=None)
    return [f"mail {mail.key} is sent, at no time" for mail in broken]


def no_week_holds_too_many_mails(now: datetime) -> list[str]:
    """Of the optional ones, in any seven days of the last fortnight; what failed or was dropped reached nobody."""
    mails = OutgoingMail.objects.filter(
        kind__in=WEEKLY_MAIL, to__isnull=False, send_after__gt=now - MAIL_LOOKS_BACK_FOR
    )
    reaching = mails.exclude(state__in=[MailState.FAILED, MailState.DROPPED]).annotate(
        at=Coalesce("sent_at", "send_after")
    )
    moments: dict[int, list[datetime]] = defaultdict(list)
    for member, at in reaching.order_by("at").values_list("to", "at"):
        moments[member].append(at)
    most = settings.MAILS_A_WEEK
    return [
        f"user {member}: more than {most} optional mails within a week"
        for member, times in sorted(moments.items())
        if any(later - earlier < WEEK for earlier, later in zip(times, times[most:], strict=False))
    ]


def one_open_suspension(now: datetime) -> list[str]:
    open_ones = Suspension.objects.filter(ended_at=None).values("member")
    rows = open_ones.annotate(number=Count("pk")).filter(number__gt=1)
    return [f"user {row['member']} has {row['number']} open suspensions" for row in rows]


def suspensions_end_after_they_start(now: datetime) -> list[str]:
    broken = Suspension.objects.filter(Q(until__lte=F("starts_at")) | Q(ended_at__lt=F("starts_at")))
    return [f"suspension {suspension.pk} ends before it starts" for suspension in broken]


CHECKS = [
    periods_do_not_overlap,
    confirmed_payments_have_their_days,
    each_mail_once,
    no_mail_is_stuck,
    sent_mails_say_when,
    no_week_holds_too_many_mails,
    one_open_suspension,
    suspensions_end_after_they_start,
]
