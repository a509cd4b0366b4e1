"""Handing addresses of members to a host: only with a note of who took them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events.evening.zoom import seats_in
from events.models import Round
from members.audit import audit
from members.models import User


@transaction.atomic
def export_addresses(*, round_id: int, by: User, now: datetime) -> list[tuple[str, str]]:
    """The groups of a round as rooms with the addresses of those who agreed, as they have it at this moment.

    Each export is noted with the round, never with the addresses.
    """
    drawn = Round.objects.get(pk=round_id)
    seats = seats_in(drawn, now=now)
    audit.record("groups.export", drawn, by=by, now=now, fields=["email"])
    return seats
