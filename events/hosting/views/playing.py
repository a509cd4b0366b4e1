"""The demo's button that starts a playable evening at once; anywhere else the address does not exist."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from events.hosting.flows import playing
from events.models import Event
from members.accounts.access import Access, open_to


@open_to(Access.HOST)
@require_POST
def start_now(request: HttpRequest, pk: int) -> HttpResponse:
    """In the demo only: begin the playable evening at once."""
    if not settings.DEMO:
        raise Http404
    event = get_object_or_404(Event.objects.hosted_by(request.user), pk=pk, is_playable=True)
    playing.start_now(event_id=event.pk, by=request.user, now=timezone.now())
    messages.success(request, _("この会を、いま始まったことにしました。部屋が開いています。"))
    return redirect("events:desk", event.pk)
