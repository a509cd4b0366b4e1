"""What two tied members have behind them: where the letter on their anniversary leads."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from feedback.ties.queries import anniversary as anniversaries
from members.accounts.access import Access, open_to


@require_safe
@open_to(Access.MEMBER)
def together(request: HttpRequest, member_pk: int) -> HttpResponse:
    """For the two alone, while their tie holds."""
    found = anniversaries.together(request.user, member_pk)
    if found is None:
        raise Http404
    return render(request, "feedback/ties/anniversary/together.html", {"together": found})
