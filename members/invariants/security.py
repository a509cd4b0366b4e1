"""What must always be true of second factors that were taken off for who lost them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, OuterRef, Q

from members.audit.checking import BY_SQL, noted, overdue, then
from members.models import FactorReset
from members.security.choices import ResetState
from members.security.limits import RESETS


@then(BY_SQL + " Ask both of the staff; end the sessions of the member meanwhile.")
def two_agreed_to_each_reset(now: datetime) -> list[str]:
    """With a line of each of the two, who are two people, and a day in between."""
    agreed = Q(state__in=[ResetState.CONFIRMED, ResetState.DONE])
    lines = Q(noted(FactorReset, "propose-reset", at=OuterRef("proposed_at"), by=OuterRef("proposed_by"))) & Q(
        noted(FactorReset, "confirm-reset", at=OuterRef("confirmed_at"), by=OuterRef("confirmed_by"))
    )
    gone = Q(proposed_by=None) | Q(confirmed_by=None)  # an account of the staff that was deleted since
    early = Q(due_at=None) | Q(due_at__lt=F("confirmed_at") + RESETS.wait) | Q(settled_at__lt=F("due_at"))
    broken = FactorReset.objects.filter(agreed).filter((~lines & ~gone) | early | Q(proposed_by=F("confirmed_by")))
    return [f"reset {row.pk} was not agreed to by two" for row in broken.order_by("pk")]


@then("See that a worker runs: the sweep reset-factors does it.")
def due_resets_are_done(now: datetime) -> list[str]:
    late = FactorReset.objects.filter(state=ResetState.CONFIRMED, due_at__lt=overdue("reset-factors", now)).order_by(
        "pk"
    )
    return [f"reset {row.pk} is due and not done" for row in late]


CHECKS = [two_agreed_to_each_reset, due_resets_are_done]
