"""The mails between tied members: one function per mail. None holds a word that a member wrote."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from events.registration.calendar import CANCEL, REQUEST
from feedback.models import Introduction, Talk, Tie
from feedback.ties import calendar as talk_calendar
from feedback.ties.choices import ANNIVERSARY_MAIL, TALK_MAIL, TIE_MAIL
from members.accounts.card import card_of
from members.mail import outbox
from members.mail.rules import after_quiet_hours
from members.models import User

# --- ties


def tie_formed(member: User, *, now: datetime) -> None:
    """Somebody wants contact as this member does: at most one such mail a day, without a name and the chosen words."""
    outbox.enqueue(
        f"tie/formed/{member.pk}/{timezone.localdate(now)}",
        kind=TIE_MAIL,
        to=member,
        template="tie/formed",
        context={},
        now=now,
        quiet=True,
    )


def years_since_meeting(member: User, other_id: int, years: int, *, now: datetime) -> bool:
    """On the anniversary of a meeting, once a year and pair; who it was stands on the page. Whether it will go."""
    return outbox.enqueue(
        f"anniversary/{member.pk}/{other_id}/{years}",
        kind=ANNIVERSARY_MAIL,
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
    _tie_mail(key, "contact", member, now=now, person=card_of(tie.other(member), viewer=member))


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
    outbox.enqueue_nothing(kind=TIE_MAIL, to=member, template="tie/introduction-asks", context={}, now=now)


def introduction_formed(introduction: Introduction, member: User, *, now: datetime) -> None:
    """Both wanted it. To the three of them at the same moment, in the same words."""
    _tie_mail(f"tie/introduction/{introduction.pk}/formed/{member.pk}", "introduction-formed", member, now=now)


def _tie_mail(key: str, template: str, to: User, *, now: datetime, **context: object) -> None:
    outbox.enqueue(key, kind=TIE_MAIL, to=to, template=f"tie/{template}", context=context, now=now, quiet=True)


def _talk_mail(what: str, talk: Talk, member: User, *, calendar: str, now: datetime) -> None:
    outbox.enqueue(
        f"talk/{what}/{talk.pk}/{member.pk}",
        kind=TALK_MAIL,
        to=member,
        template=f"tie/talk-{what}",
        context={"talk": talk, "person": card_of(talk.tie.other(member), viewer=member)},
        now=now,
        calendar=calendar,
        calendar_method=REQUEST if what == "agreed" else CANCEL,
    )
