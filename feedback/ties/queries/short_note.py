"""Reads about the short notes between tied members."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from feedback.models import CheckConsent, ShortNote, Tie
from feedback.ties.limits import SHORT_NOTES
from feedback.ties.rules.short_note import ShortNoteFacts
from kouryu.clock import TOKYO
from members.models import User

CHECK_VERSION = "2026-11"  # of what templates/feedback/ties/short_note/consent.html says


def agreed_to_check(member: User) -> CheckConsent | None:
    """The consent that is in force: to the words that the page shows now."""
    return CheckConsent.objects.in_force(CHECK_VERSION).filter(member=member).first()


def writing_of(writer: User, tie: Tie, now: datetime) -> ShortNoteFacts:
    """The facts for `why_not_send`. Three queries."""
    midnight = now.astimezone(TOKYO).replace(hour=0, minute=0, second=0, microsecond=0)
    today = ShortNote.objects.filter(writer=writer).written_on(midnight, midnight + timedelta(days=1))
    return ShortNoteFacts(
        has_consent=agreed_to_check(writer) is not None,
        sent_today=today.count(),
        sent_today_to_this_one=today.filter(tie=tie).count(),
        daily_limit=SHORT_NOTES.a_day,
        daily_limit_to_one=SHORT_NOTES.a_day_to_one,
    )


def conversation(tie: Tie) -> QuerySet[ShortNote]:
    """What the two wrote since they were tied, the latest first."""
    notes = tie.short_notes.filter(written_at__gte=tie.formed_at)
    return notes.order_by("-written_at", "-pk")


def unseen(tie: Tie, member: User) -> QuerySet[ShortNote]:
    """What came to `member` here and carries the mark of something new."""
    return conversation(tie).filter(seen_at=None).exclude(writer=member)


def ties_with_news(member: User) -> set[int]:
    """The ids of the ties in which something new waits for `member`. One query."""
    notes = ShortNote.objects.since_formed().to(member).filter(seen_at=None)
    return set(notes.values_list("tie_id", flat=True))


def received_by(member: User) -> QuerySet[ShortNote]:
    """All that ever came to `member`, in ended ties too: for reports only, from which an end must be no way out."""
    return ShortNote.objects.to(member).select_related("writer__profile")
