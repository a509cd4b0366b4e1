"""Saying thanks after an evening."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events.models import Event
from feedback.letters.queries import encounter as encounters
from feedback.letters.rules import why_not_line, why_not_thank
from feedback.models import StrengthFeedback, Thanks
from kouryu.refusal import Refused, get_or_gone
from kouryu.words import clean_line
from members.accounts.locks import lock_member
from members.audit import audit
from members.models import User
from members.texts.flows import NeedsMending
from members.texts.rules.screening import Action
from members.texts.screening import verdict_on


@transaction.atomic
def thank(*, by: User, receiver_id: int, event_id: int, now: datetime, line: str = "") -> Thanks:
    """Thank somebody of one's groups, with a line of one's own or without; shown on the receiver's pages, no mail.

    Once per pair and event: saying it again returns the first thanks unchanged. Refused unless both were there in
    one group, and `NeedsMending` for a line that the screening would not let through.
    """
    line = clean_line(line)
    giver = lock_member(by.pk)
    event = Event.objects.get(pk=event_id)
    if reason := why_not_thank(encounters.encounter(giver, receiver_id, event, None, now), line):
        raise Refused(reason)
    return _say(giver, receiver_id, event, line, now)


@transaction.atomic
def thank_for_letter(*, by: User, letter_id: int, now: datetime, line: str = "") -> Thanks:
    """The same, in answer to a letter that reached `by`.

    Also where its writer blocks them since: a refusal would tell. The thanks then wait unseen. Not found for letters
    that `by` cannot see; refused for a long line.
    """
    line = clean_line(line)
    giver = lock_member(by.pk)
    letters = StrengthFeedback.objects.visible_to(giver).select_related("event")
    letter = get_or_gone(letters, pk=letter_id)
    if reason := why_not_line(line):
        raise Refused(reason)
    return _say(giver, letter.giver_id, letter.event, line, now)


def _say(giver: User, receiver_id: int, event: Event, line: str, now: datetime) -> Thanks:
    verdict = verdict_on(line)
    if verdict.action != Action.DELIVER:
        raise NeedsMending(verdict)
    thanks, created = Thanks.objects.get_or_create(
        giver=giver, receiver_id=receiver_id, event=event, defaults={"line": line, "thanked_at": now}
    )
    if created:
        audit.record("thank", thanks, by=giver, now=now)
    return thanks
