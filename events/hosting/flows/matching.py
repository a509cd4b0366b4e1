"""Counting the members who fit, for a host who is choosing conditions."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from events.event.limits import COUNTS
from events.event.rules.eligibility import Conditions
from events.event.rules.matching import Estimate, Leftover, Matching, NoCount, count, countable, estimate, leftover
from events.hosting.queries.matching import candidates_of_the_hour, offset_of, unfit_registrations
from events.models import Event
from kouryu.clock import within
from kouryu.numbers import HOUR
from kouryu.refusal import Refused
from members.audit import audit
from members.models import AuditEntry, User

VERB = "conditions.count"


@transaction.atomic
def count_matching(*, by: User, conditions: Conditions, now: datetime) -> Estimate:
    """About how many members fit. Each count is noted with the kinds that were asked; too many are refused.

    Two counts at one moment may both be the last one allowed: one more does no harm.
    """
    if _counts_in_the_last_hour(by, now) >= COUNTS.an_hour:
        raise Refused(NoCount.TOO_OFTEN)
    audit.record(VERB, by, by=by, now=now, fields=[one.kind for one in conditions.asked])
    asked = countable(conditions)
    if asked is None:
        return Estimate(Matching.BY_INVITATION)
    if not asked and "affinity" in conditions:
        return Estimate(Matching.BY_AFFINITY)
    return estimate(count(candidates_of_the_hour(now), asked), offset_of(asked, now))


@transaction.atomic
def count_leftover(*, by: User, event: Event, conditions: Conditions, now: datetime) -> Leftover | None:
    """How many of those who have registered would not fit new conditions, in words; None while nobody has registered.

    Counted and noted like every other count: whoever has counted too often is told as little as of too few people.
    The host knows by name who has registered, so nothing is told where a group is asked for (decision 0070).
    """
    if not event.registrations.live().exists():
        return None
    if "affinity" in conditions:
        return Leftover.UNTOLD
    if _counts_in_the_last_hour(by, now) >= COUNTS.an_hour:
        return Leftover.UNTOLD
    audit.record(VERB, event, by=by, now=now, fields=[one.kind for one in conditions.asked])
    return leftover(*unfit_registrations(event, conditions, now=now), offset_of(conditions, now))


def _counts_in_the_last_hour(by: User, now: datetime) -> int:
    return AuditEntry.objects.filter(by=by, verb=VERB, at__range=within(HOUR, now)).count()
