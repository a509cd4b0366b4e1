"""The mail about standing: a suspension that was lifted."""

from __future__ import annotations

from datetime import datetime

from members.mail.outbox import enqueue
from members.models import Suspension
from members.standing.choices import SAFETY_MAIL

# --- standing


def suspension_lifted(suspension: Suspension, *, now: datetime) -> None:
    """To whoever was out: they are in again, before the end that they were told."""
    enqueue(
        f"safety/lifted/{suspension.pk}/{suspension.member_id}",
        kind=SAFETY_MAIL,
        to=suspension.member,
        template="safety/lifted",
        context={},
        now=now,
        quiet=True,
    )
