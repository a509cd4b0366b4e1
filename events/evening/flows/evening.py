"""What happens when a host leads through the evening: groups are shown, talks begin and end, a word goes to all."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events.evening.limits import SIGNALS
from events.evening.rules import NoWriting
from events.groups import queries
from events.groups.flows.seating import find_round, settle
from events.groups.rules.evening import talk_ends_at, why_not_begin, why_not_publish_round
from events.models import Event, Round, Word
from events.registration.flows.following import members_look_again
from events.registration.flows.seats import lock_event
from events.registration.flows.texts import screen_line
from events.registration.rules.closing import why_not_note
from kouryu.refusal import Refused
from members.audit import audit
from members.models import User
from members.texts.choices import TextKind


@transaction.atomic
def publish_round(*, event_id: int, round_id: int, by: User, now: datetime) -> Round:
    """Show a proposed round to those who sit in it. Showing it twice changes nothing. Where two would sit together of
    whom one blocks the other, the round is seated anew first.

    Refuses what `why_not_publish_round` says, and a round that was drawn anew meanwhile.
    """
    event = lock_event(event_id)
    drawn = find_round(event, round_id)
    if drawn.published_at is not None:
        return drawn
    seats = drawn.seats.count()
    if reason := why_not_publish_round(queries.evening_of(event), queries.talk_of(drawn), seats=seats, now=now):
        raise Refused(reason)
    settle(event, drawn, now)
    drawn.published_at = now
    drawn.save(update_fields=["published_at"])
    members_look_again(event)
    audit.record("round.publish", drawn, by=by, now=now)
    return drawn


@transaction.atomic
def begin_round(*, event_id: int, round_id: int, by: User, now: datetime) -> Round:
    """Begin a talk, for as long as the run sheet gives it; one that still runs ends with that.

    Beginning twice changes nothing. Who has blocked somebody since it was shown is seated apart.
    Refuses what `why_not_begin` says, and a round that was drawn anew meanwhile.
    """
    event = lock_event(event_id)
    drawn = find_round(event, round_id)
    if drawn.started_at is not None:
        return drawn
    talks = [queries.talk_of(one) for one in event.rounds.all()]
    seats = drawn.seats.count()
    if reason := why_not_begin(queries.evening_of(event), queries.talk_of(drawn), talks, seats=seats, now=now):
        raise Refused(reason)
    settle(event, drawn, now)
    event.rounds.filter(ends_at__gt=now).update(ends_at=now)
    drawn.started_at = now
    drawn.ends_at = talk_ends_at(now, queries.minutes_of_talk(event, drawn.number), event.ends_at)
    drawn.save(update_fields=["started_at", "ends_at"])
    members_look_again(event)
    audit.record("round.begin", drawn, by=by, now=now)
    return drawn


@transaction.atomic
def end_round(*, event_id: int, round_id: int, by: User, now: datetime) -> Round:
    """End a talk before its time. One that is over already, or has not begun, stays as it is."""
    event = lock_event(event_id)
    if reason := why_not_note(queries.evening_of(event), "confirmed", now=now):
        raise Refused(reason)
    drawn = find_round(event, round_id)
    if drawn.ends_at is None or drawn.ends_at <= now:
        return drawn
    drawn.ends_at = now
    drawn.save(update_fields=["ends_at"])
    members_look_again(event)
    audit.record("round.end", drawn, by=by, now=now)
    return drawn


def say_to_all(*, event_id: int, text: str, by: User, now: datetime) -> Word | None:
    """Show a short word on every member's page; it takes the place of the last one, and no word removes it.

    Refuses a closed door and a word that is too long. It is screened: one that waits for a moderator shows later, and
    the last one stays.
    """
    event = Event.objects.get(pk=event_id)
    before = Word.objects.filter(event=event).values_list("text", flat=True).first() or ""
    shown = screen_line(TextKind.WORD, text, by=by, event=event, before=before, now=now)
    return _say(event_id, shown, by, now)


@transaction.atomic
def _say(event_id: int, text: str, by: User, now: datetime) -> Word | None:
    event = lock_event(event_id)
    if reason := why_not_note(queries.evening_of(event), "confirmed", now=now):
        raise Refused(reason)
    text = text.strip()
    if len(text) > SIGNALS.word:
        raise Refused(NoWriting.WORD_LONG)
    word = Word.objects.filter(event=event).first()
    if (word.text if word else "") == text:
        return word
    if text:
        word, _ = Word.objects.update_or_create(event=event, defaults={"text": text, "said_at": now, "said_by": by})
    else:
        Word.objects.filter(event=event).delete()
        word = None
    members_look_again(event)
    audit.record("event.word", event, by=by, now=now)
    return word
