"""Answering the four questions to oneself. Not in the audit: it is nobody's business but the member's."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from feedback.growth.queries import own_view as own_views
from feedback.growth.rules.own_view import NoOwnView, OwnViewAnswers, why_not_answer
from feedback.models import OwnView
from kouryu.refusal import Refused
from members.accounts.locks import lock_member
from members.models import User


@transaction.atomic
def answer_own_view(*, by: User, answers: OwnViewAnswers, now: datetime) -> OwnView:
    """Keep the answers of the day that is asked about, or put them in the place of earlier ones.

    Refused on other days, and for fewer than four answers.
    """
    member = lock_member(by.pk)
    day = own_views.day_of(member, now)
    if day is None:
        raise Refused(NoOwnView.NOT_ASKED)
    if reason := why_not_answer(answers):
        raise Refused(reason)
    values = {name: getattr(answers, name) for name in own_views.ITEMS}
    view, _created = OwnView.objects.update_or_create(member=member, day=day, defaults={**values, "answered_at": now})
    return view
