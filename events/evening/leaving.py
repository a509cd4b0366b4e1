"""What becomes of notes and signs of an evening when the member goes, and when they have to wait."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from events.event.choices import EventState
from events.models import Event, Note, Signal, Word
from events.registration.choices import RegistrationState
from kouryu.leaving import holds_leaving, on_leaving, stays
from members.models import User

stays(Word, why="what was said to all of an evening", until="the evening is closed")


@on_leaving(Signal, Note)
def delete_notes_and_signs(member: User, *, now: datetime) -> None:
    member.notes.all().delete()
    member.signals.all().delete()


@holds_leaving
def is_in_an_evening(member: User, *, now: datetime) -> bool:
    """An evening that has begun and is not closed, which they lead, help with, or have a seat in."""
    seated = Q(registrations__member=member, registrations__state=RegistrationState.CONFIRMED)
    theirs = Q(host=member) | Q(co_hosts__member=member) | seated
    return Event.objects.filter(theirs, state=EventState.PUBLISHED, starts_at__lte=now).exists()
