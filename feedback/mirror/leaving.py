"""What becomes of the mirror and of ordinary things when the member goes."""

from __future__ import annotations

from datetime import datetime

from feedback.models import MirrorSnapshot, Ordinary, SamePicker, Wonder
from kouryu.leaving import on_leaving
from members.models import User


@on_leaving(MirrorSnapshot, Ordinary, SamePicker, Wonder)
def delete_mirror(member: User, *, now: datetime) -> None:
    """The mirror, and what they held for ordinary with what was said of it. Their own words to others stay, once
    they have arrived."""
    MirrorSnapshot.objects.filter(member=member).delete()
    SamePicker.objects.filter(giver=member).delete()
    member.ordinaries.all().delete()
    member.wonders_given.filter(shows_at__gt=now).delete()
    member.wonders_given.update(giver_industry="")
