"""Who is to hear of drafts, of a next step, of its day, of what grew in a month, and has not yet.

Each read finds in a few queries those whose mail is due and not written; the flow asks again under the member's lock.
The key of a mail says that it is written, nothing else does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from events.event.choices import EventState
from events.hosting.queries.matching import able_to_come
from events.models import Event, Registration
from events.registration.choices import Presence
from events.registration.pages.event_list import Filters, event_list
from feedback.growth.choices import DIGEST_MAIL, DRAFT_MAIL, STEP_MAIL
from feedback.growth.limits import MAIL_SEQUENCE, STEPS
from feedback.growth.rules.mail_sequence import (
    LettersWritten,
    MailTiming,
    SequenceMail,
    is_due,
    is_step_day,
    starts_between,
    wants_word_of_drafts,
)
from feedback.letters.choices import LetterState
from feedback.letters.queries import encounter as encounters
from feedback.models import NextStep, StrengthFeedback
from members.models import OutgoingMail, User

KIND = {SequenceMail.DRAFTS: DRAFT_MAIL, SequenceMail.STEPS: STEP_MAIL, SequenceMail.DIGEST: DIGEST_MAIL}


def timing_of(mail: SequenceMail) -> MailTiming:
    """How many days after the evening this mail is due, at which hour, and for how long."""
    days = {
        SequenceMail.DRAFTS: MAIL_SEQUENCE.drafts_after_days,
        SequenceMail.STEPS: MAIL_SEQUENCE.steps_after_days,
        SequenceMail.DIGEST: MAIL_SEQUENCE.digest_after_days,
    }
    return MailTiming(days[mail], MAIL_SEQUENCE.at, MAIL_SEQUENCE.within)


def _keys(mail: SequenceMail) -> str:
    """What the keys of this mail begin with."""
    return f"ladder/{mail}/"


def key_of(mail: SequenceMail, event_id: int, member_id: int) -> str:
    """The key of the mail: one per mail of the sequence, evening and member."""
    return f"{_keys(mail)}{event_id}/{member_id}"


def due(mail: SequenceMail, now: datetime) -> QuerySet[Registration]:
    """The registrations of those who were at an evening, for whom this mail is due, wanted and not written yet."""
    timing = timing_of(mail)
    closed = Event.objects.filter(state=EventState.CLOSED, starts_at__range=starts_between(timing, now))
    events = [pk for pk, start in closed.values_list("pk", "starts_at") if is_due(timing, start, now=now)]
    return _waiting(mail, events, now) if events else Registration.objects.none()


def still_due(mail: SequenceMail, registration: Registration, now: datetime) -> bool:
    """Is the mail of somebody whom `due` has just named still to be written? Asked again under their lock."""
    return _waiting(mail, [registration.event_id], now).filter(pk=registration.pk).exists()


def _waiting(mail: SequenceMail, events: list[int], now: datetime) -> QuerySet[Registration]:
    """The registrations of those who were at these evenings, want this mail and do not have it yet."""
    waiting = _without(mail, _there(events, now)).select_related("event", "member__profile").order_by("pk")
    if mail == SequenceMail.DRAFTS:
        return waiting.filter(Exists(_letters(LetterState.DRAFT)) | ~Exists(_letters()))
    if mail == SequenceMail.STEPS:
        decided = NextStep.objects.filter(member=OuterRef("member"), decided_at__gte=OuterRef("event__starts_at"))
        return waiting.exclude(Exists(decided)).exclude(Exists(_had(mail, since=now - MAIL_SEQUENCE.steps_every)))
    return waiting.exclude(Exists(_had(mail, since=now - MAIL_SEQUENCE.digest_every)))


def _had(mail: SequenceMail, *, since: datetime) -> QuerySet[OutgoingMail]:
    """The same mail after another evening: two of them close together would be one too many."""
    return OutgoingMail.objects.filter(to=OuterRef("member"), key__startswith=_keys(mail), queued_at__gt=since)


def _there(events: list[int], now: datetime) -> QuerySet[Registration]:
    """The absent have their own mail and nothing of the sequence; nor has who rests, left, or is kept out."""
    were_there = Registration.objects.filter(event__in=events, attendance__presence=Presence.PRESENT)
    return were_there.filter(member__in=_awake(now))


def _without(mail: SequenceMail, registrations: QuerySet[Registration]) -> QuerySet[Registration]:
    """Those who have not had this mail for this evening."""
    key = Concat(Value(_keys(mail)), Cast(OuterRef("event_id"), CharField()), Value("/"))
    written = OutgoingMail.objects.filter(key=Concat(key, Cast(OuterRef("member_id"), CharField())))
    return registrations.exclude(Exists(written))


def _awake(now: datetime) -> QuerySet[User]:
    return able_to_come(now).filter(paused_at=None)


def _letters(*states: str) -> QuerySet[StrengthFeedback]:
    letters = StrengthFeedback.objects.filter(giver=OuterRef("member"), event=OuterRef("event"))
    return letters.filter(state__in=states) if states else letters


def wants_drafts(registration: Registration, now: datetime) -> bool:
    """Whether this member has something to finish or to begin, with somebody who is still there."""
    event, member = registration.event, registration.member
    company = [one for one in encounters.companions(event, member, now) if one.is_within_reach]
    return wants_word_of_drafts(
        LettersWritten(
            may_write=now <= encounters.letters_close_at(event),
            has_company=bool(company),
            has_draft=any(one.letter and one.letter.state == LetterState.DRAFT for one in company),
            has_given=not all(one.is_undecided for one in company),
        )
    )


def steps_due(now: datetime) -> QuerySet[NextStep]:
    """Open steps of today whose mail is not written yet."""
    today = timezone.localdate(now)
    if not is_step_day(today, now=now, since=STEPS.told_from, until=STEPS.told_until):
        return NextStep.objects.none()
    steps = NextStep.objects.open().on(today).filter(member__in=_awake(now))
    key = Concat(Value("step/day/"), Cast(OuterRef("pk"), CharField()), Value(f"/{today}"))
    written = OutgoingMail.objects.filter(key=key)
    return steps.exclude(Exists(written)).select_related("member__profile").order_by("pk")


@dataclass(frozen=True)
class Digest:
    """What a month's letter tells of."""

    events: list[Event]  # that would suit
    grew: bool  # a dot became a line

    @property
    def is_empty(self) -> bool:
        return not self.events and not self.grew


def events_that_suit(member: User, now: datetime) -> list[Event]:
    """Up to three coming events that suit `member`, with a free seat and not theirs already."""
    cards = event_list(member, Filters(), now=now).cards
    fitting = [
        card.event
        for card in cards
        if card.points >= 0 and not card.my_state and not card.is_full and not card.asks_affinity
    ]
    return [event for event in fitting if event.registration_closes_at > now][: MAIL_SEQUENCE.events]
