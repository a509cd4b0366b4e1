"""Writing the mails that follow an evening in the days and weeks after it, one person per transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from events.models import Registration
from feedback.growth import mails
from feedback.growth.queries import mail_sequence
from feedback.growth.rules.mail_sequence import SequenceMail
from feedback.ties.queries.network import has_new_line
from kouryu.sweeps import EVERY_FIVE_MINUTES, sweep
from members.accounts.locks import lock_account


@sweep("send-mail-sequence", every=EVERY_FIVE_MINUTES)
def send_sequence_mails(*, now: datetime) -> int:
    """Write each mail that is due and not written yet; returns how many.

    Killed half-way, it goes on where it was, and several may run side by side.
    """
    written = 0
    for mail in SequenceMail:
        for registration in mail_sequence.due(mail, now):
            written += _write(mail, registration, now=now)
    for step in mail_sequence.steps_due(now):
        written += _remind_of_step(step.pk, step.member_id, now=now)
    return written


@transaction.atomic
def _write(mail: SequenceMail, registration: Registration, *, now: datetime) -> bool:
    """Under the member's lock, which writing a letter and deciding a step take too: none goes after it is done."""
    lock_account(registration.member_id)
    if not mail_sequence.still_due(mail, registration, now):
        return False
    if mail == SequenceMail.DRAFTS:
        return mail_sequence.wants_drafts(registration, now) and mails.drafts_wait(registration, now=now)
    if mail == SequenceMail.STEPS:
        return mails.decide_a_step(registration, now=now)
    return _digest(registration, now=now)


def _digest(registration: Registration, *, now: datetime) -> bool:
    """What grew within a month, and what would suit; where there is neither, no mail."""
    member, before = registration.member, registration.event.starts_at - timedelta(days=1)
    grew = has_new_line(member, since=before, now=now)
    content = mail_sequence.Digest(events=mail_sequence.events_that_suit(member, now), grew=grew)
    return not content.is_empty and mails.digest(registration, content, now=now)


@transaction.atomic
def _remind_of_step(step_id: int, member_id: int, *, now: datetime) -> bool:
    lock_account(member_id)
    step = mail_sequence.steps_due(now).filter(pk=step_id).first()
    return step is not None and mails.step_of_today(step, now=now)
