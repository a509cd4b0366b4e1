"""The button that starts a playable evening at once, and the page of components."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from demo import playable
from demo.site.components import examples
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


@require_safe
@open_to(Access.PUBLIC)
def components(request: HttpRequest) -> HttpResponse:
    """Every component of the stylesheet, in the frame of members."""
    return render(request, "demo/components.html", examples(timezone.now()))


@require_safe
@open_to(Access.PUBLIC)
def components_for_staff(request: HttpRequest) -> HttpResponse:
    """Every component of the stylesheet, in the frame of staff."""
    return render(request, "demo/components_for_staff.html", examples(timezone.now()))
