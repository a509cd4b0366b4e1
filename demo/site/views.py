"""The button that starts a playable evening at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from demo import playable
from events.models import Event
from members.accounts.access import Access, open_to


@require_POST
@open_to(Access.HOST, can=gettext_lazy("会を計画して、公開する"))
def start_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a playable evening of one's own; a second click changes nothing."""
    event = get_object_or_404(Event.objects.hosted_by(request.user), pk=pk, playable__isnull=False)
    playable.start_now(event_id=event.pk, by=request.user, now=timezone.now())
    messages.success(request, _("この会を、いま始まったことにしました。部屋が開いています。"))
    return redirect("events:desk", event.pk)
