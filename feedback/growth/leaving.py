"""What becomes of what a member kept for themselves."""

from __future__ import annotations

from datetime import datetime

from feedback.models import (
    IntroducerThanks,
    NextStep,
    Normal,
    OwnView,
    PersonBehind,
    Rhythm,
    Statement,
    TakeHomeNote,
    TurningPoint,
)
from kouryu.leaving import on_leaving
from members.models import User

OWN = (NextStep, Normal, OwnView, Rhythm, Statement, TakeHomeNote, TurningPoint)


@on_leaving(*OWN, PersonBehind, IntroducerThanks)
def delete_what_was_kept(member: User, *, now: datetime) -> None:
    """All of it: nobody else ever read it. Where others named them, the name is gone."""
    for table in OWN:
        table.objects.filter(member=member).delete()
    PersonBehind.objects.filter(person=member).delete()
    IntroducerThanks.objects.filter(giver=member).delete()
