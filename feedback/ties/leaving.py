"""What becomes of ties, times for two and introductions when one of them goes."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from feedback.models import (
    Acquaintance,
    CheckConsent,
    ContactOffer,
    Help,
    Intention,
    Introduction,
    ShortNote,
    Talk,
    Tie,
)
from feedback.ties.flows.talk import call_off_all
from feedback.ties.flows.tie import end_tie
from kouryu.leaving import on_leaving, stays
from members.audit import audit
from members.models import User

stays(Acquaintance, Help, why="how many people the other one has met; it names nobody", until="for good")
AT_AN_END = ("first", "second")


@on_leaving(Tie, Talk, ContactOffer, ShortNote)
def end_ties(member: User, *, now: datetime) -> None:
    """As when a tie is ended: nobody is told, but for a time that was agreed on, which leaves both calendars."""
    call_off_all(member=member, now=now)
    ties = Tie.objects.filter(Q(first=member) | Q(second=member))
    for tie in ties.filter(ended_at=None):
        end_tie(by=member, other_id=tie.other_id(member), now=now)
    ContactOffer.objects.filter(tie__in=ties).delete()
    ShortNote.objects.filter(tie__in=ties).delete()
    Talk.objects.filter(tie__in=ties).update(place="", link="")


@on_leaving(Intention, Introduction, CheckConsent)
def delete_wishes(member: User, *, now: datetime) -> None:
    """Their own wishes go, those of others stay theirs. What two people became by an introduction stays."""
    member.intentions.all().delete()
    touching = Q(introducer=member) | Q(one=member) | Q(other=member)
    Introduction.objects.filter(touching, formed_at=None).delete()
    Introduction.objects.filter(introducer=member).update(to_one="", to_other="")
    audit.delete(member.check_consents.all(), audit.WITH_ACCOUNT, now=now)
