"""Who sits with me this evening, and what we may talk about."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from events import queries
from events.models import Event
from members.access import Access, open_to


@open_to(Access.MEMBER)
@require_GET
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """My group in each round; before the draw, what happens next. Who has no seat finds nothing."""
    event = get_object_or_404(Event.objects.visible_to(request.user).select_related("host__profile"), pk=pk)
    tables = queries.tables_of_member(event, request.user)
    if not tables and not event.registrations.confirmed().filter(member=request.user).exists():
        raise Http404
    return render(request, "events/group/group.html", {"event": event, "tables": tables})
