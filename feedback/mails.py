"""The mails of this app: one function per mail. None holds a word that a member wrote."""

from __future__ import annotations

from datetime import datetime, time

from django.utils import timezone

from events.calendar import CANCEL, REQUEST
from events.models import Registration
from feedback import ladder, steps, talk_calendar
from feedback.models import Decision, Introduction, NextStep, Report, Statement, Talk, Tie
from feedback.queries import letters_close_at
from feedback.rules.ladder import TOKYO, Rung
from members import outbox
from members.choices import MailKind
from members.models import User
from members.rules.mail import after_quiet_hours

# --- letters


def letters_arrived(receiver: User, *, now: datetime) -> None:
    """Words have come: at most one such mail a day, however many letters came."""
    outbox.put(
        f"letter/arrived/{receiver.pk}/{timezone.localdate(now)}",
        kind=MailKind.LETTER,
        to=receiver,
        template="letter/arrived",
        context={},
        now=now,
        quiet=True,
    )


def nameless_dropped(giver: User, *, now: datetime) -> None:
    """To the giver: picks left without a name were never released and are forgotten. Never for whom they were."""
    outbox.put(
        f"nameless/dropped/{giver.pk}/{timezone.localdate(now)}",
        kind=MailKind.SAFETY,
        to=giver,
        template="nameless/dropped",
        context={},
        now=now,
        quiet=True,
    )


# --- the ladder: what follows an evening in the days and weeks after it


def drafts_wait(registration: Registration, *, now: datetime) -> bool:
    """A letter lies half written, or none was begun; until when it can be, and that none must be."""
    context = {"event": registration.event, "closes_at": letters_close_at(registration.event)}
    return _ladder_mail(Rung.DRAFTS, registration, "draft", context, now=now)


def decide_a_step(registration: Registration, *, now: datetime) -> bool:
    """What do you do with it? One sentence and a day, or nothing."""
    return _ladder_mail(Rung.STEPS, registration, "step", {"event": registration.event}, now=now)


def digest(registration: Registration, content: ladder.Digest, *, now: datetime) -> bool:
    """Once a month at most: that a dot became a line, without a name, and which events would suit."""
    context = {"events": content.events, "grew": content.grew}
    return _ladder_mail(Rung.DIGEST, registration, "digest", context, now=now)


def _ladder_mail(rung: Rung, registration: Registration, template: str, context: dict, *, now: datetime) -> bool:
    return outbox.put(
        ladder.key_of(rung, registration.event_id, registration.member_id),
        kind=ladder.KIND[rung],
        to=registration.member,
        template=f"ladder/{template}",
        context=context,
        now=now,
        quiet=True,
    )


def step_of_today(step: NextStep, *, now: datetime) -> bool:
    """The day of the step has come; three links, of which each shows a page with one button."""
    return outbox.put(
        f"step/day/{step.pk}/{step.on}",
        kind=MailKind.STEP,
        to=step.member,
        template="ladder/step-day",
        context={"links": {act.replace("-", "_"): steps.link_token(step, act) for act in steps.ACTS}},
        now=now,
        quiet=True,
        expires_at=datetime.combine(step.on, time.max, TOKYO),
    )


# --- ties


def tie_formed(member: User, *, now: datetime) -> None:
    """Somebody wants contact as this member does: at most one such mail a day, without a name and the chosen words."""
    outbox.put(
        f"tie/formed/{member.pk}/{timezone.localdate(now)}",
        kind=MailKind.TIE,
        to=member,
        template="tie/formed",
        context={},
        now=now,
        quiet=True,
    )


# --- what it all gave


def month_told(statement: Statement, *, now: datetime) -> bool:
    """A month's sums are there to be read, with the offer where one is made. Returns whether the mail will go."""
    return outbox.put(
        f"statement/{statement.member_id}/{statement.month:%Y-%m}",
        kind=MailKind.STATEMENT,
        to=statement.member,
        template="statement/month",
        context={"statement": statement},
        now=now,
        quiet=True,
    )


def asked_to_stand_behind(person: User, *, now: datetime) -> None:
    """Somebody would like to name them; who, stands on the page. At most one such mail a day."""
    outbox.put(
        f"turning-point/asked/{person.pk}/{timezone.localdate(now)}",
        kind=MailKind.TIE,
        to=person,
        template="turning-point/asked",
        context={},
        now=now,
        quiet=True,
    )


def asked_in_vain(person: User, *, now: datetime) -> None:
    """The time that such a mail takes, for whoever is not asked again: nothing must show that they said no."""
    outbox.put_in_vain(kind=MailKind.TIE, to=person, template="turning-point/asked", context={}, now=now)


def introducer_thanked(introducer: User, *, now: datetime) -> None:
    """Somebody thanks them for an introduction, perhaps of years ago. At most one such mail a day."""
    outbox.put(
        f"turning-point/thanked/{introducer.pk}/{timezone.localdate(now)}",
        kind=MailKind.TIE,
        to=introducer,
        template="turning-point/thanked",
        context={},
        now=now,
        quiet=True,
    )


def years_since_meeting(member: User, other_id: int, years: int, *, now: datetime) -> bool:
    """On the anniversary of a meeting, once a year and pair; who it was stands on the page. Whether it will go."""
    return outbox.put(
        f"anniversary/{member.pk}/{other_id}/{years}",
        kind=MailKind.ANNIVERSARY,
        to=member,
        template="anniversary/year",
        context={"years": years, "other_id": other_id},
        now=now,
        quiet=True,
    )


# --- between two tied members: never a word that one of them wrote, and never a contact


def note_arrived(receiver: User, *, now: datetime) -> None:
    """A short note has come: at most one such mail a day, however many came and from whomever."""
    day = timezone.localdate(after_quiet_hours(now))  # what comes at night is of the morning on which it is told
    _tie_mail(f"tie/note/{receiver.pk}/{day}", "note", receiver, now=now)


def contacts_exchanged(tie: Tie, member: User, *, now: datetime) -> None:
    """Both have offered their contact; where it stands."""
    key = f"tie/contact/{tie.pk}/{member.pk}/{timezone.localdate(now)}"  # taken back and offered again: once a day
    _tie_mail(key, "contact", member, now=now, person=tie.other(member))


def talk_proposed(talk: Talk, member: User, *, now: datetime) -> None:
    """Somebody proposes times; the page has them."""
    _tie_mail(f"tie/talk/{talk.pk}/proposed", "talk-proposed", member, now=now, talk=talk)


def talk_agreed(talk: Talk, member: User, *, now: datetime) -> None:
    """When the two meet; with the calendar entry. At any hour: it answers the click of one of them."""
    _talk_mail("agreed", talk, member, calendar=talk_calendar.invitation(talk, member, now=now), now=now)


def talk_called_off(talk: Talk, member: User, *, now: datetime) -> None:
    """They do not meet; taken out of the calendar. Both get the same words, whoever called it off."""
    _talk_mail("called-off", talk, member, calendar=talk_calendar.cancellation(talk, member, now=now), now=now)


def introduction_asks(introduction: Introduction, member: User, *, now: datetime) -> None:
    """Somebody would like to introduce this member to somebody; the page says to whom."""
    _tie_mail(f"tie/introduction/{introduction.pk}/asks/{member.pk}", "introduction-asks", member, now=now)


def introduction_asks_nobody(member: User, *, now: datetime) -> None:
    """The time that such a mail takes: whoever introduces two who are not asked must not find that out by the clock."""
    outbox.put_in_vain(kind=MailKind.TIE, to=member, template="tie/introduction-asks", context={}, now=now)


def introduction_formed(introduction: Introduction, member: User, *, now: datetime) -> None:
    """Both wanted it. To the three of them at the same moment, in the same words."""
    _tie_mail(f"tie/introduction/{introduction.pk}/formed/{member.pk}", "introduction-formed", member, now=now)


def _tie_mail(key: str, template: str, to: User, *, now: datetime, **context: object) -> None:
    outbox.put(key, kind=MailKind.TIE, to=to, template=f"tie/{template}", context=context, now=now, quiet=True)


def _talk_mail(what: str, talk: Talk, member: User, *, calendar: str, now: datetime) -> None:
    outbox.put(
        f"talk/{what}/{talk.pk}/{member.pk}",
        kind=MailKind.TALK,
        to=member,
        template=f"tie/talk-{what}",
        context={"talk": talk, "person": talk.tie.other(member)},
        now=now,
        calendar=calendar,
        calendar_method=REQUEST if what == "agreed" else CANCEL,
    )


# --- reports and decisions


def report_handled(report: Report, *, now: datetime) -> None:
    """To the reporter: somebody looked and acted. The same words whatever was decided."""
    outbox.put(
        f"safety/handled/{report.case_id}/{report.reporter_id}",
        kind=MailKind.SAFETY,
        to=report.reporter,
        template="safety/handled",
        context={"reported_at": report.reported_at},
        now=now,
        quiet=True,
    )


def measure_taken(decision: Decision, *, now: datetime) -> None:
    """To the member concerned: what was decided, and where the reason can be read. Never who reported."""
    outbox.put(
        f"safety/measure/{decision.case_id}/{decision.case.member_id}",
        kind=MailKind.SAFETY,
        to=decision.case.member,
        template="safety/measure",
        context={"decision": decision},
        now=now,
        quiet=True,
    )
