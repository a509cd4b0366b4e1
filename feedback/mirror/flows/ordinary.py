"""Noting what one takes for granted, and telling somebody that it is a wonder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from events.models import Event
from feedback.letters.queries import encounter as encounters
from feedback.letters.rules import deliver_at
from feedback.mirror.limits import ORDINARIES
from feedback.mirror.queries import ordinary as ordinaries
from feedback.mirror.rules import ordinary as rules
from feedback.models import Ordinary, Wonder
from kouryu.refusal import Refused, get_or_gone
from kouryu.words import clean_words
from members.accounts.locks import lock_member
from members.audit import audit
from members.models import User
from members.texts.rules.screening import Action
from members.texts.screening import verdict_on


@transaction.atomic
def note(*, by: User, event_id: int, words: Sequence[str], now: datetime) -> None:
    """Keep up to three ordinary things for this evening, in place of those noted before; empty ones are none.

    The people of one's groups read them there. Refused without a seat, once the evening has started, and where the
    words are too long or hold what a letter may not hold either.
    """
    kept = [one for one in map(_one_line, words[: ORDINARIES.an_evening]) if one]
    if problem := next(filter(None, map(rules.why_not_words, kept)), None):
        raise Refused(problem)
    _screen(*kept)
    member = lock_member(by.pk)
    event = Event.objects.get(pk=event_id)
    has_seat = ordinaries.has_seat(event, member)
    if reason := rules.why_not_note(has_seat=has_seat, starts_at=event.starts_at, now=now):
        raise Refused(reason)
    if kept == [one.words for one in ordinaries.noted_by(member, event)]:
        return
    Ordinary.objects.filter(member=member, event=event).delete()
    noted = [Ordinary(member=member, event=event, place=p, words=one, noted_at=now) for p, one in enumerate(kept, 1)]
    Ordinary.objects.bulk_create(noted)
    audit.record("note-ordinaries", event, by=member, now=now)


@transaction.atomic
def say_wonder(*, by: User, ordinary_id: int, words: str, now: datetime) -> Wonder:
    """Tell its owner, signed, why something ordinary is rare where `by` works; it shows the next morning.

    Until then the words can be changed, and saying the same again changes nothing. Refused as a letter is, and once
    it has been shown.
    """
    words = clean_words(words)
    if problem := rules.why_not_why(words):
        raise Refused(problem)
    _screen(words)
    giver, ordinary, said = _between(by, ordinary_id, now)
    if said and said.words == words:
        return said
    if said is None:
        shows_at = deliver_at(now, ordinary.event.starts_at)
        said = Wonder(ordinary=ordinary, giver=giver, shows_at=shows_at)
    said.words, said.written_at, said.giver_industry = words, now, giver.profile.industry
    said.save()
    audit.record("say-wonder", said, by=giver, now=now, fields=["words"])
    return said


@transaction.atomic
def take_back_wonder(*, by: User, ordinary_id: int, now: datetime) -> None:
    """Say nothing after all; nobody is told. Where nothing was said nothing changes. Refused once it was shown."""
    giver, _, said = _between(by, ordinary_id, now)
    if said is not None:
        audit.record("take-back-wonder", said, by=giver, now=now)
        said.delete()


@transaction.atomic
def put_away_wonder(*, by: User, wonder_id: int, now: datetime) -> None:
    """Take somebody's words off one's mirror. The giver is never told, nobody is asked why, and no audit line tells."""
    lock_member(by.pk)
    wonders = Wonder.objects.visible_to(by, now).select_for_update(no_key=True, of=["self"])
    wonder = get_or_gone(wonders, pk=wonder_id)
    wonder.put_away_at = now
    wonder.save(update_fields=["put_away_at"])


def _between(by: User, ordinary_id: int, now: datetime) -> tuple[User, Ordinary, Wonder | None]:
    """The giver, locked, the ordinary thing and what was said to it; refused where saying so is."""
    giver = lock_member(by.pk)
    ordinary = Ordinary.objects.select_related("event").get(pk=ordinary_id)
    said = Wonder.objects.filter(ordinary=ordinary, giver=giver).first()
    meeting = encounters.encounter(giver, ordinary.member_id, ordinary.event, None, now)
    if reason := rules.why_not_wonder(meeting, shows_at=said.shows_at if said else None, now=now):
        raise Refused(reason)
    return giver, ordinary, said


def _one_line(words: str) -> str:
    return " ".join(clean_words(words).split())


def _screen(*words: str) -> None:
    """What a letter may not hold is refused here too; so short a text is mended at once, and never held."""
    verdict = verdict_on(*words)
    if verdict.action != Action.DELIVER and verdict.reason is not None:
        raise Refused(verdict.reason)
