"""Introducing two of one's ties to each other, and answering when one is asked.

No line of the audit says who was asked or what they answered: that is for nobody to know. That a tie came of it is
told to all three.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from feedback.models import Introduction, Tie
from feedback.ties import checks, mails
from feedback.ties.flows.network import note_interaction
from feedback.ties.flows.reach import require_reach
from feedback.ties.flows.tie import open_tie
from feedback.ties.limits import INTRODUCTIONS
from feedback.ties.queries import introduction as introductions
from feedback.ties.rules import introduction as rules
from feedback.ties.rules.short_note import BadMessage
from kouryu.refusal import Refused, get_or_gone
from kouryu.words import clean_words
from members.accounts.locks import lock_member, lock_members
from members.models import User


@transaction.atomic
def introduce(*, by: User, one_id: int, other_id: int, to_one: str, to_other: str, now: datetime) -> Introduction:
    """Ask two of one's ties, each with a sentence, whether they would like to know each other; both hear by mail.

    Where they are tied already, or one blocks the other, nobody is asked, and it looks the same to `by`. Not found
    unless `by` is tied to both; refused with the first reason of `why_not_introduce`, or of the check of the words.
    """
    to_one, to_other = (" ".join(clean_words(words).split()) for words in (to_one, to_other))
    introducer = lock_member(by.pk)
    people = [_tied_person(introducer, person_id, now) for person_id in (one_id, other_id)]
    wish = introductions.wish_of(introducer, one_id, other_id, to_one=to_one, to_other=to_other, now=now)
    if reason := rules.why_not_introduce(wish) or _why_not_say(to_one, to_other):
        raise Refused(reason)
    (one, words), (other, other_words) = sorted(zip(people, (to_one, to_other), strict=True), key=lambda end: end[0].pk)
    introduction = Introduction.objects.create(
        introducer=introducer,
        one=one,
        other=other,
        to_one=words,
        to_other=other_words,
        asks=introductions.are_strangers(one, other),
        made_at=now,
        lapses_at=now + INTRODUCTIONS.waits_for,
    )
    for member in (one, other):
        if introduction.asks:
            mails.introduction_asks(introduction, member, now=now)
        else:
            mails.introduction_asks_nobody(member, now=now)
    return introduction


@transaction.atomic
def agree(*, by: User, introduction_id: int, now: datetime) -> Introduction:
    """Say "gladly"; on the second one the two are tied, and all three hear of it at once.

    The first answer stands: answering again, or too late, changes nothing. Not found for anybody who is not asked.
    """
    return _answer(by, introduction_id, agreed=True, now=now)


@transaction.atomic
def decline(*, by: User, introduction_id: int, now: datetime) -> Introduction:
    """Say "not now", which looks like no answer to everybody else; otherwise as `agree`."""
    return _answer(by, introduction_id, agreed=False, now=now)


def _answer(by: User, introduction_id: int, *, agreed: bool, now: datetime) -> Introduction:
    found = get_or_gone(introductions.asking(by, now), pk=introduction_id)
    lock_members([found.introducer_id, found.one_id, found.other_id])
    lock_member(by.pk)  # who has gone answers nothing
    introduction = Introduction.objects.select_for_update(no_key=True).get(pk=introduction_id)
    if introduction.agreed(by) is not None or introduction.formed_at or now >= introduction.lapses_at:
        return introduction
    field = "one_agreed" if introduction.one_id == by.pk else "other_agreed"
    setattr(introduction, field, agreed)
    introduction.save(update_fields=[field])
    if rules.forms(introductions.answers_of(introduction), now):
        _form(introduction, now)
    return introduction


def _why_not_say(*sentences: str) -> BadMessage | None:
    return next(filter(None, map(checks.why_not_introduce_with, sentences)), None)


def _tied_person(introducer: User, person_id: int, now: datetime) -> User:
    ties = Tie.objects.listed_between(introducer, person_id)
    tie = get_or_gone(ties.select_related("first__profile", "second__profile"))
    require_reach(introducer, person_id, now=now)
    return tie.other(introducer)


def _form(introduction: Introduction, now: datetime) -> None:
    introducer, one, other = introduction.introducer, introduction.one, introduction.other
    open_tie(one_id=one.pk, other_id=other.pk, event=None, now=now)
    introduction.tie = Tie.objects.between(one, other).get()
    introduction.formed_at = now
    introduction.save(update_fields=["tie", "formed_at"])
    note_interaction([introducer.pk, one.pk, other.pk])
    for member in (introducer, one, other):
        mails.introduction_formed(introduction, member, now=now)
