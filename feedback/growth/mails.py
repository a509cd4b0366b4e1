"""The mails about steps, months and turning points: one function per mail. None holds a word that a member wrote."""

from __future__ import annotations

from datetime import datetime, time

from django.utils import timezone

from events.models import Registration
from feedback.growth.choices import STATEMENT_MAIL, STEP_MAIL
from feedback.growth.queries import mail_sequence
from feedback.growth.queries import step as steps
from feedback.growth.rules.mail_sequence import SequenceMail
from feedback.letters.queries.encounter import letters_close_at
from feedback.models import NextStep, Statement
from feedback.ties.choices import TIE_MAIL
from kouryu.clock import TOKYO
from members.mail import outbox
from members.models import User

# --- the mail sequence: what follows an evening in the days and weeks after it


def drafts_wait(registration: Registration, *, now: datetime) -> bool:
    """A letter lies half written, or none was begun; until when it can be, and that none must be."""
    context = {"event": registration.event, "closes_at": letters_close_at(registration.event)}
    return _sequence_mail(SequenceMail.DRAFTS, registration, "draft", context, now=now)


def decide_a_step(registration: Registration, *, now: datetime) -> bool:
    """What do you do with it? One sentence and a day, or nothing."""
    return _sequence_mail(SequenceMail.STEPS, registration, "step", {"event": registration.event}, now=now)


def digest(registration: Registration, content: mail_sequence.Digest, *, now: datetime) -> bool:
    """Once a month at most: that a dot became a line, without a name, and which events would suit."""
    context = {"events": content.events, "grew": content.grew}
    return _sequence_mail(SequenceMail.DIGEST, registration, "digest", context, now=now)


def _sequence_mail(
    mail: SequenceMail, registration: Registration, template: str, context: dict, *, now: datetime
) -> bool:
    return outbox.enqueue(
        mail_sequence.key_of(mail, registration.event_id, registration.member_id),
        kind=mail_sequence.KIND[mail],
        to=registration.member,
        template=f"sequence/{template}",
        context=context,
        now=now,
        quiet=True,
    )


def step_of_today(step: NextStep, *, now: datetime) -> bool:
    """The day of the step has come; three links, of which each shows a page with one button."""
    return outbox.enqueue(
        f"step/day/{step.pk}/{step.on}",
        kind=STEP_MAIL,
        to=step.member,
        template="sequence/step-day",
        context={"links": {act.replace("-", "_"): steps.link_token(step, act) for act in steps.ACTS}},
        now=now,
        quiet=True,
        expires_at=datetime.combine(step.on, time.max, TOKYO),
    )


# --- what it all gave


def month_told(statement: Statement, *, now: datetime) -> bool:
    """A month's sums are there to be read, with the offer where one is made. Returns whether the mail will go."""
    return outbox.enqueue(
        f"statement/{statement.member_id}/{statement.month:%Y-%m}",
        kind=STATEMENT_MAIL,
        to=statement.member,
        template="statement/month",
        context={"statement": statement},
        now=now,
        quiet=True,
    )


def asked_to_stand_behind(person: User, *, now: datetime) -> None:
    """Somebody would like to name them; who, stands on the page. At most one such mail a day."""
    outbox.enqueue(
        f"turning-point/asked/{person.pk}/{timezone.localdate(now)}",
        kind=TIE_MAIL,
        to=person,
        template="turning-point/asked",
        context={},
        now=now,
        quiet=True,
    )


def asked_in_vain(person: User, *, now: datetime) -> None:
    """The time that such a mail takes, for whoever is not asked again: nothing must show that they said no."""
    outbox.enqueue_nothing(kind=TIE_MAIL, to=person, template="turning-point/asked", context={}, now=now)


def introducer_thanked(introducer: User, *, now: datetime) -> None:
    """Somebody thanks them for an introduction, perhaps of years ago. At most one such mail a day."""
    outbox.enqueue(
        f"turning-point/thanked/{introducer.pk}/{timezone.localdate(now)}",
        kind=TIE_MAIL,
        to=introducer,
        template="turning-point/thanked",
        context={},
        now=now,
        quiet=True,
    )
