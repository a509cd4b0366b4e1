"""Pages that somebody asked for and may not open, in the record of acts."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from kouryu.limits import Limit
from kouryu.numbers import HOUR
from members.accounts.rules import Access
from members.audit import audit
from members.audit.limits import REFUSED_PAGES

REFUSALS_NOTED = Limit("refusals-noted", REFUSED_PAGES.an_hour, HOUR)


def note_refusal(request: HttpRequest, access: Access) -> None:
    """A line for a staff page that somebody without the role asked for, or for the desk of an evening that is not
    theirs; a program that walks them writes few.
    """
    now = timezone.now()
    if not REFUSALS_NOTED.is_spent(str(request.user.pk), now):
        audit.record("refuse-page", request.user, by=request.user, now=now, why=access.value)
