"""What becomes of answers about an evening."""

from __future__ import annotations

from datetime import datetime

from feedback.models import Impression
from kouryu.leaving import on_leaving
from members.models import User


@on_leaving(Impression)
def let_go_of_answers(member: User, *, now: datetime) -> None:
    """Sums that were seen never change; whose answer it was is known no more."""
    Impression.objects.filter(member=member).update(member=None)
