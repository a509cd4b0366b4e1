"""Private signs to the host, and notes that a member writes for themselves."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events.evening.choices import SignalKind
from events.evening.limits import SIGNALS
from events.evening.rules import NoWriting
from events.groups import queries
from events.models import Note, Registration, Signal
from events.registration.flows.following import host_looks_again
from events.registration.flows.seats import lock_event
from events.registration.rules.closing import why_not_note
from kouryu.refusal import Refused
from members.accounts.locks import lock_member
from members.audit import audit
from members.models import User


@transaction.atomic
def send_signal(*, member: User, event_id: int, kind: SignalKind, now: datetime) -> Signal:
    """Tell the host, and nobody else. Sending the same sign again before the host has seen it changes nothing.

    Refused while the door is shut. Whoever has no confirmed seat gets `Registration.DoesNotExist`.
    """
    lock_member(member.pk)
    event = lock_event(event_id)
    registration = event.registrations.confirmed().get(member=member)
    if reason := why_not_note(queries.evening_of(event), registration.state, now=now):
        raise Refused(reason)
    signal, created = Signal.objects.get_or_create(
        event=event, member=member, kind=kind, seen_at=None, defaults={"sent_at": now}
    )
    if created:
        host_looks_again(event)
        audit.record("signal.send", signal, by=member, now=now)
    return signal


@transaction.atomic
def see_signal(*, event_id: int, signal_id: int, by: User, now: datetime) -> Signal:
    """The host has seen it; the member who sent it reads so. Twice changes nothing."""
    event = lock_event(event_id)
    signal = event.signals.get(pk=signal_id)
    if signal.seen_at is None:
        signal.seen_at = now
        signal.save(update_fields=["seen_at"])
        host_looks_again(event)
        audit.record("signal.see", signal, by=by, now=now)
    return signal


@transaction.atomic
def keep_note(*, member: User, event_id: int, text: str, now: datetime) -> Note | None:
    """Keep what the member wrote for themselves; nothing written removes it. Refused for a text that is too long.

    Whoever never had a confirmed seat gets `Registration.DoesNotExist`.
    """
    lock_member(member.pk)
    registration = Registration.objects.confirmed().get(event=event_id, member=member)
    text = text.replace("\r\n", "\n").strip()
    if len(text) > SIGNALS.note:
        raise Refused(NoWriting.NOTE_LONG)
    if not text:
        Note.objects.filter(event=registration.event_id, member=member).delete()
        return None
    note, _ = Note.objects.update_or_create(
        event_id=registration.event_id, member=member, defaults={"text": text, "written_at": now}
    )
    return note
