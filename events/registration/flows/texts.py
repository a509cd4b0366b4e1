"""What members and hosts write on the pages of an event, looked at before others read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from events.event.rules.event import EventPlan
from events.models import Event, Registration
from members.models import User
from members.texts.choices import TextKind
from members.texts.flows import Screened, TypedText, screen_texts

# Where the words of an evening wait for a moderator and the page needs some.
WAITING = "（確認中）"


def screen_registration(*, by: User, event_id: int, wants_to_talk: str, can_offer: str, now: datetime) -> Screened:
    """What of these two texts may stand on the pages of the event. Call it before the transaction that keeps them.

    Who is registered already changes nothing by it, also nothing that waits for a moderator.
    """
    if not (wants_to_talk or can_offer):
        return Screened({TextKind.WISH: "", TextKind.OFFER: ""})
    before = Registration.objects.filter(event=event_id, member=by).first() or Registration()
    if before.is_standing:
        return Screened({TextKind.WISH: before.wants_to_talk, TextKind.OFFER: before.can_offer})
    texts = {
        TextKind.WISH: TypedText(wants_to_talk, before.wants_to_talk),
        TextKind.OFFER: TypedText(can_offer, before.can_offer),
    }
    return screen_texts(by=by, texts=texts, about=event_id, now=now)


def screen_plan(plan: EventPlan, *, by: User, event: Event | None, now: datetime) -> EventPlan:
    """The plan with what may stand on the page; what waits for a moderator is replaced by what stood there before.

    The run sheet cannot wait: it has to be mended, in the title or the note of a row. Call it before the transaction
    that keeps the plan.
    """
    old = event or Event(title=WAITING, description=WAITING)
    rows = [words for item in plan.run_sheet for words in (item.title, item.note)]
    old_rows = [words for row in event.run_sheet.values_list("title", "note") for words in row] if event else []
    texts = {
        TextKind.TITLE: TypedText(plan.title, old.title),
        TextKind.DESCRIPTION: TypedText(plan.description, old.description),
        TextKind.HOST_WORDS: TypedText(plan.host_words, old.host_words),
        TextKind.PLACE: TypedText(plan.place, old.place),
        TextKind.RUN_SHEET: TypedText(_sheet(rows), _sheet(old_rows), may_be_held=False, rows=rows),
    }
    shown = screen_texts(by=by, texts=texts, about=event.pk if event else 0, now=now).shown
    return replace(
        plan,
        title=shown[TextKind.TITLE],
        description=shown[TextKind.DESCRIPTION],
        host_words=shown[TextKind.HOST_WORDS],
        place=shown[TextKind.PLACE],
    )


def screen_line(kind: TextKind, words: str, *, by: User, event: Event, before: str, now: datetime) -> str:
    """Screen one text about an event; returns what may be shown."""
    return screen_texts(by=by, texts={kind: TypedText(words, before)}, about=event.pk, now=now).shown[kind]


def _sheet(rows: Iterable[str]) -> str:
    return "\n".join(filter(None, rows))
