"""What Celery calls on behalf of members. A task takes the clock once and calls one flow; it decides nothing."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from members.audit import flows as sealing
from members.audit.flows import beat
from members.mail.flows import delivery, forgetting
from members.mail.flows.release import release_mails_from_the_future
from members.membership import flows as membership


@shared_task
def heartbeat() -> None:
    """Beat is alive, the broker passes messages on, and a worker takes them: /readyz reads this."""
    beat("heartbeat", now=timezone.now())


@shared_task
def deliver_mails() -> None:
    """Send what is due. Run by beat and by every flow that put a mail into the outbox."""
    release_mails_from_the_future(now=timezone.now())
    delivery.deliver_due(timezone.now)
    beat("deliver-mails", now=timezone.now())


@shared_task
def send_renewals() -> None:
    """The references for renewal, two weeks before the end, and the words when paid days are over."""
    now = timezone.now()
    membership.send_renewals(now=now)
    beat("renew-memberships", now=now)


@shared_task
def forget_words_of_mails() -> None:
    """Empty the words of mails that are over: of codes at once, of all others when nobody asks about them any more."""
    now = timezone.now()
    forgetting.forget_words(now=now)
    forgetting.delete_mails_to_nobody()
    beat("forget-words", now=now)


@shared_task
def seal_audit() -> None:
    """Seal the lines of the record of acts that were written since the last run."""
    now = timezone.now()
    sealing.seal_lines(now=now)
    beat("seal-audit", now=now)
