"""What was done around groups at the evenings of late, for owner and moderators."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from events.hosting.queries.group_acts import COLUMNS, acts_of_late
from members.accounts.access import Access, open_to


@require_safe
@open_to(Access.MODERATOR, can=gettext_lazy("組づくりの記録を読む"))
def group_acts(request: HttpRequest) -> HttpResponse:
    """How often groups were made, moved and shown, and by whom."""
    page = {"evenings": acts_of_late(timezone.now()), "limits": COLUMNS}
    return render(request, "events/hosting/group_acts.html", page)
