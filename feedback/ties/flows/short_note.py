"""Writing a short note to somebody one is tied to, and agreeing to have one's words checked before they go.

No line of the audit says who wrote to whom: the notes themselves say it, to the two.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from feedback.models import CheckConsent, ShortNote, Tie
from feedback.ties import checks, mails
from feedback.ties.flows.reach import locked_tie
from feedback.ties.limits import SHORT_NOTES
from feedback.ties.queries import short_note as short_notes
from feedback.ties.rules.short_note import why_not_send
from kouryu.clock import is_from_the_future
from kouryu.refusal import Refused, get_or_gone
from kouryu.sweeps import HOURLY, sweep
from kouryu.words import clean_words
from members.accounts.locks import lock_member
from members.audit import audit
from members.models import User


@transaction.atomic
def send_note(*, by: User, to_id: int, words: str, now: datetime) -> ShortNote:
    """Send a note to the other end of a tie; what had come from there counts as seen. Not found without a tie.

    The receiver hears by mail that something has come, once a day at most. The same words again within a minute are
    a second click and change nothing. Refused with the first reason of `why_not_send`, or of the check of the words.
    """
    words = clean_words(words)
    writer = lock_member(by.pk)
    tie = locked_tie(writer, to_id, now=now)
    if again := _second_click(writer, tie, words, now):
        return again
    if reason := why_not_send(words, short_notes.writing_of(writer, tie, now)) or checks.why_not_tell(words):
        raise Refused(reason)
    _see(tie, writer, now)
    note = ShortNote.objects.create(tie=tie, writer=writer, text=words, written_at=now)
    mails.note_arrived(tie.other(writer), now=now)
    return note


@transaction.atomic
def see_notes(*, by: User, from_id: int, now: datetime) -> None:
    """Take the mark of something new off what came from this person. The writer is never told."""
    _see(get_or_gone(Tie.objects.listed_between(by, from_id)), by, now)


@transaction.atomic
def agree_to_check(*, by: User, now: datetime) -> CheckConsent:
    """Note that `by` agreed to the check in its present version; a second click returns the first consent."""
    lock_member(by.pk)
    if known := short_notes.agreed_to_check(by):
        return known
    consent = CheckConsent.objects.create(member=by, version=short_notes.CHECK_VERSION, given_at=now)
    audit.record("agree-to-check", consent, by=by, now=now, why=consent.version)
    return consent


@transaction.atomic
def revoke_check(*, by: User, now: datetime) -> None:
    """Take the consent back: from now on nothing is checked, and so nothing is sent. Without one nothing changes."""
    lock_member(by.pk)
    for consent in CheckConsent.objects.filter(member=by, revoked_at=None):
        consent.revoked_at = now
        consent.save(update_fields=["revoked_at"])
        audit.record("revoke-check", consent, by=by, now=now, why=consent.version)


@sweep("forget-notes", every=HOURLY)
def forget_notes(now: datetime) -> int:
    """Delete the notes of ties that ended so long ago that no report needs them; returns how many. Safe to repeat."""
    ended = Q(tie__ended_at__lte=now - SHORT_NOTES.ended_kept_for)
    before = Q(written_at__lt=F("tie__formed_at"), tie__formed_at__lte=now - SHORT_NOTES.ended_kept_for)
    return ShortNote.objects.filter(ended | before).delete()[0]


def _second_click(writer: User, tie: Tie, words: str, now: datetime) -> ShortNote | None:
    latest = short_notes.conversation(tie).filter(writer=writer).first()
    if latest is None or latest.text != words or is_from_the_future(latest.written_at, now):
        return None
    if now - latest.written_at >= SHORT_NOTES.same_within:
        return None
    return latest


def _see(tie: Tie, member: User, now: datetime) -> None:
    short_notes.unseen(tie, member).update(seen_at=now)
