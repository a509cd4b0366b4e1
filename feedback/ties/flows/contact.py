"""Giving one's contact to one tied member, and taking it back.

No line of the audit is written here: who would give a contact to whom is not for staff to know.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from feedback.models import ContactOffer, Tie
from feedback.ties import mails
from feedback.ties.flows.reach import locked_tie
from feedback.ties.queries import contact as contacts
from feedback.ties.rules.contact import why_not_offer
from kouryu.refusal import Refused, get_or_gone
from kouryu.sweeps import HOURLY, sweep
from kouryu.words import clean_words
from members.models import User
from members.standing.queries import blocks_made


@transaction.atomic
def offer_contact(*, by: User, to_id: int, text: str, now: datetime) -> ContactOffer:
    """Keep a contact for the other end of a tie; both see each other's as soon as both have offered, and hear so.

    Until then nothing tells of it. Offering again changes the words. Not found without a tie; refused when it is
    empty or too long.
    """
    text = " ".join(clean_words(text).split())
    tie = locked_tie(by, to_id, now=now)
    if reason := why_not_offer(text):
        raise Refused(reason)
    was_shared = contacts.exchange(tie, by).others is not None
    offer, _created = ContactOffer.objects.update_or_create(
        tie=tie, holder=by, defaults={"text": text, "offered_at": now}
    )
    if not was_shared and contacts.exchange(tie, by).others is not None:
        for member in (tie.first, tie.second):
            mails.contacts_exchanged(tie, member, now=now)
    return offer


@transaction.atomic
def take_back_contact(*, by: User, from_id: int) -> None:
    """Delete the contact; from now on neither of the two sees the other's. Nobody is told; twice changes nothing."""
    tie = get_or_gone(Tie.objects.listed_between(by, from_id))
    ContactOffer.objects.filter(tie=tie, holder=by).delete()


@sweep("forget-contacts", every=HOURLY)
def forget_contacts(*, now: datetime | None = None) -> int:
    """Delete what was offered in ties that have ended, before they began anew, and by who blocks the other.

    What the blocked one gave stays theirs, and shows to nobody: if it went, their archive would tell of the block.
    Returns how many. Safe to repeat.
    """
    blocks = [Exists(blocks_made(by=OuterRef("holder"), of=OuterRef(end))) for end in ("tie__first", "tie__second")]
    stale = Q(tie__ended_at__isnull=False) | Q(offered_at__lt=F("tie__formed_at")) | blocks[0] | blocks[1]
    return ContactOffer.objects.filter(stale).delete()[0]
