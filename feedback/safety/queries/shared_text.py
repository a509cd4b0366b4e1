"""Where the texts stand that members write for others, and how one is put there or taken away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Model, QuerySet

from events.models import Event, Registration, Word
from events.registration.flows.texts import WAITING
from feedback.models import Ordinary, Thanks, Wonder
from members.models import JudgedText, Profile, User
from members.texts.choices import TextKind

HIDDEN = "（非表示）"  # where a page needs some words


@dataclass(frozen=True)
class TextColumn:
    """A column that holds such texts."""

    model: type[Model]
    column: str
    writer: str  # the way from a row to who wrote it
    rows: Callable[[JudgedText], dict[str, Any]]  # which row a judged text is about
    about: str = "pk"  # what a judged text calls the row by
    instead: str = ""  # what stands there when the words are taken away
    says_it_again: str = ""  # a column that goes with them


def _of_event(text: JudgedText) -> dict[str, Any]:
    return {"event_id": text.about, "member_id": text.writer_id}


def _by_key(text: JudgedText) -> dict[str, Any]:
    return {"pk": text.about}


PLACES: dict[TextKind, TextColumn] = {
    TextKind.WISH: TextColumn(Registration, "wants_to_talk", "member", _of_event, about="event_id"),
    TextKind.OFFER: TextColumn(Registration, "can_offer", "member", _of_event, about="event_id"),
    TextKind.TITLE: TextColumn(Event, "title", "host", _by_key, instead=HIDDEN),
    TextKind.DESCRIPTION: TextColumn(Event, "description", "host", _by_key, instead=HIDDEN),
    TextKind.HOST_WORDS: TextColumn(Event, "host_words", "host", _by_key),
    TextKind.PLACE: TextColumn(Event, "place", "host", _by_key),
    TextKind.CALL_OFF: TextColumn(Event, "called_off_reason", "host", _by_key, instead=HIDDEN),
    TextKind.WORD: TextColumn(Word, "text", "said_by", lambda text: {"event_id": text.about}, about="event_id"),
    TextKind.NAME: TextColumn(Profile, "called_name", "member", _by_key, instead=HIDDEN, says_it_again="name_reading"),
    TextKind.ORDINARY: TextColumn(Ordinary, "words", "member", _by_key, instead=HIDDEN),
    TextKind.WONDER: TextColumn(Wonder, "words", "giver", _by_key, instead=HIDDEN),
    TextKind.THANKS: TextColumn(Thanks, "line", "giver", _by_key),
    TextKind.REASON: TextColumn(Profile, "joined_because", "member", _by_key),
    TextKind.LINKS: TextColumn(Profile, "links", "member", _by_key),
}


def row_of(kind: TextKind, pk: int) -> Model | None:
    """The row that holds such a text, with its writer."""
    place = PLACES[kind]
    return place.model.objects.select_related(f"{place.writer}__profile").filter(pk=pk).first()


def words_in(kind: TextKind, row: Model) -> str:
    """What stands there now; nothing where a moderator has taken it away."""
    words = getattr(row, PLACES[kind].column)
    return "" if words in {HIDDEN, WAITING} else words


def writer_of(kind: TextKind, row: Model) -> User | None:
    return getattr(row, PLACES[kind].writer)


def about(kind: TextKind, row: Model) -> int:
    """What a judged text calls this row by."""
    return getattr(row, PLACES[kind].about)


def now_at(text: JudgedText) -> str:
    """What stands at its place now."""
    row = _rows(text).first()
    return words_in(TextKind(text.kind), row) if row else ""


def publish(text: JudgedText) -> None:
    """Let its words stand where others read them."""
    _write(text, text.words)


def take_away(text: JudgedText) -> None:
    """Let nobody read it any more."""
    place = PLACES[TextKind(text.kind)]
    if place.says_it_again:
        _rows(text).update(**{place.says_it_again: ""})
    _write(text, place.instead)


def _write(text: JudgedText, words: str) -> None:
    place, rows = PLACES[TextKind(text.kind)], _rows(text)
    if place.model is Word:
        _say(text, words)
        return
    rows.update(**{place.column: words})
    if place.model is Event:
        rows.update(version=F("version") + 1)  # pages that show it are drawn anew


def _say(text: JudgedText, words: str) -> None:
    """A word to all has no row while nothing is said; the pages of the evening look again."""
    if words:
        said = {"text": words, "said_by": text.writer, "said_at": text.changed_at}
        Word.objects.update_or_create(event_id=text.about, defaults=said)
    else:
        _rows(text).delete()
    Event.objects.filter(pk=text.about).update(evening_version=F("evening_version") + 1)


def _rows(text: JudgedText) -> QuerySet:
    place = PLACES[TextKind(text.kind)]
    return place.model.objects.filter(**place.rows(text))
