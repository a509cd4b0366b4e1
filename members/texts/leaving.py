"""What becomes of texts that were judged when their writer goes."""

from __future__ import annotations

from datetime import datetime

from kouryu.leaving import on_leaving, stays
from members.models import JudgedText, ScreeningTerm, User

stays(
    ScreeningTerm, why="the list of the staff; it names who changed a phrase, not a phrase of theirs", until="for good"
)


@on_leaving(JudgedText)
def delete_judged_texts(member: User, *, now: datetime) -> None:
    member.judged_texts.all().delete()
