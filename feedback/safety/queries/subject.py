"""What can be reported by whom, and what was to be seen of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from events.event.choices import EventState
from events.event.queries import counts
from events.models import Event, Registration, Seat
from events.registration.choices import RegistrationState
from feedback.cases.choices import SubjectKind
from feedback.cases.queries import SharedText, Subject, evening_seen, letter_seen, named, text_seen
from feedback.models import ShortNote, StrengthFeedback, Tie
from feedback.safety.limits import EVIDENCE
from feedback.safety.queries import shared_text as shared_texts
from feedback.ties.queries import short_note as short_notes
from members.models import User
from members.texts.choices import TextKind


def find(*, reporter: User, kind: str, pk: int, now: datetime) -> Subject | None:
    """What `reporter` may report under this kind and id; None when it is not theirs to see, or does not exist.

    A text that many read by whoever was given its link, a letter and a short note by its receiver only, an event by
    whoever may see it, a person by those who sat in a group with them, were their host or guest (before an evening
    begins nobody is told who comes), or were ever tied to them.
    """
    if kind in TextKind.values:
        return _find_text(reporter, TextKind(kind), pk)
    if kind not in _FIND:
        return None
    return _FIND[kind](reporter, pk, now)


def snapshot(subject: Subject, *, reporter: User, now: datetime) -> dict[str, Any]:
    """What the reporter saw and what led to it: plain values that outlive their rows."""
    if subject.letter:
        return letter_seen(subject.letter)
    if subject.event:
        return _event_seen(subject.event)
    if subject.text:
        return text_seen(subject.text.kind, subject.concerned, subject.text.words)
    if subject.note:
        return _note_seen(subject.note, reporter, now)
    return _person_seen(subject.concerned, reporter, now)


def shared_evenings(one: User, other: User, now: datetime) -> QuerySet[Event]:
    """Evenings that have begun and on which one's name was shown to the other: both sat in one group, or one was the
    other's host. A seat at the same evening alone shows nobody's name.

    One that was called off counts if groups had been drawn by then: else nobody has met.
    """
    met = ~Q(state=EventState.CALLED_OFF) | Q(rounds__isnull=False)
    beside = Seat.objects.in_groups_of(one).filter(round__event=OuterRef("pk"), member=other)
    named = Exists(beside) | _hosted(one, other) | _hosted(other, one)
    return Event.objects.filter(met, named, starts_at__lte=now).distinct()


def _hosted(host: User, guest: User) -> Q:
    return Q(host=host, registrations__member=guest, registrations__state=RegistrationState.CONFIRMED)


def _find_member(reporter: User, pk: int, now: datetime) -> Subject | None:
    person = User.objects.filter(pk=pk).select_related("profile").first()
    if person is None:
        return None
    if not shared_evenings(reporter, person, now).exists() and not Tie.objects.between(reporter, person).exists():
        return None
    return Subject(SubjectKind.MEMBER, person)


def _find_letter(reporter: User, pk: int, now: datetime) -> Subject | None:
    letters = StrengthFeedback.objects.released().filter(receiver=reporter)
    letter = letters.select_related("giver__profile", "event").filter(pk=pk).first()
    return letter and Subject(SubjectKind.LETTER, letter.giver, letter=letter)


def _find_event(reporter: User, pk: int, now: datetime) -> Subject | None:
    event = Event.objects.visible_to(reporter).select_related("host__profile").filter(pk=pk).first()
    return event and Subject(SubjectKind.EVENT, event.host, event=event)


def _find_note(reporter: User, pk: int, now: datetime) -> Subject | None:
    note = short_notes.received_by(reporter).filter(pk=pk).first()
    return note and Subject(SubjectKind.NOTE, note.writer, note=note)


def _find_text(reporter: User, kind: TextKind, pk: int) -> Subject | None:
    """What stands on a page whose link the reader was given (members/mail/tokens.py); nothing once it is taken away."""
    row = shared_texts.row_of(kind, pk)
    writer, words = (shared_texts.writer_of(kind, row), shared_texts.words_in(kind, row)) if row else (None, "")
    if row is None or writer is None or not words:
        return None
    if isinstance(row, Registration) and kind == TextKind.WISH and not _reads_wish(reporter, row):
        return None
    text = SharedText(kind, shared_texts.about(kind, row), words, is_named=kind != TextKind.WISH)
    return Subject(SubjectKind.TEXT, writer, text=text)


def _reads_wish(reporter: User, registration: Registration) -> bool:
    """Whether a page shows it as it is now: among the evening's wishes, or beside the name in one's group.

    A link from before must not tell when its writer, whom the desk names, came again with other words.
    """
    event, writer_id = registration.event, registration.member_id
    if counts.shows_wish(event, writer_id, registration.wants_to_talk):
        return True
    beside = Seat.objects.in_groups_of(reporter).filter(round__event=event, member=writer_id)
    return registration.shares_wish and beside.exists()


_FIND = {
    SubjectKind.MEMBER: _find_member,
    SubjectKind.LETTER: _find_letter,
    SubjectKind.EVENT: _find_event,
    SubjectKind.NOTE: _find_note,
}


def _event_seen(event: Event) -> dict[str, Any]:
    return {
        "person": named(event.host),
        "event": evening_seen(event),
        "description": event.description,
        "host_words": event.host_words,
    }


def _person_seen(person: User, reporter: User, now: datetime) -> dict[str, Any]:
    recent = shared_evenings(reporter, person, now).filter(starts_at__gte=now - EVIDENCE.looks_back_for)
    return {
        "person": named(person),
        "together": [
            {**evening_seen(event), "rounds": _rounds_together(event, reporter, person)}
            for event in recent.order_by("-starts_at", "pk")
        ],
        "notes": _notes_seen(person, reporter, now),
    }


def _note_seen(note: ShortNote, reporter: User, now: datetime) -> dict[str, Any]:
    return {
        "person": named(note.writer),
        "text": note.text,
        "written_at": note.written_at.isoformat(),
        "notes": _notes_seen(note.writer, reporter, now),
    }


def _notes_seen(person: User, reporter: User, now: datetime) -> list[dict[str, Any]]:
    """The latest notes from this person to the reporter; what the reporter wrote is not in it."""
    recent = short_notes.received_by(reporter).filter(writer=person, written_at__gte=now - EVIDENCE.looks_back_for)
    return [
        {"text": note.text, "written_at": note.written_at.isoformat()}
        for note in recent.order_by("-written_at", "-pk")[: EVIDENCE.notes]
    ]


def _rounds_together(event: Event, one: User, other: User) -> list[int]:
    """The numbers of the rounds in which both sat in one group."""
    seats = Seat.objects.in_groups_of(one).filter(round__event=event, member=other)
    return list(seats.order_by("round__number").values_list("round__number", flat=True))
