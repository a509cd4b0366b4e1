"""The published draw of a lottery."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from events.models import Event
from events.registration.queries import lottery
from members.accounts.access import Access, open_to

RECIPE = settings.BASE_DIR / "docs" / "recompute_draw.py"


@require_safe
@open_to(Access.MEMBER)
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """How the lottery works and what was promised; after the draw also what came of it, to be worked out again."""
    found = get_object_or_404(Event.objects.visible_to(request.user).select_related("draw"), pk=pk, draw__isnull=False)
    mine = lottery.ticket_of(found, request.user.pk)
    page = {
        "event": found,
        "draw": found.draw,
        "order": lottery.order_drawn(found.draw, mine=mine),
        "mine": mine,
        "rule": lottery.lots_explained(),
        "recipe": RECIPE.read_text(encoding="utf-8"),
    }
    return render(request, "events/registration/lottery/draw.html", page)


@require_safe
@open_to(Access.MEMBER)
def draw_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The draw as a file for a program; there is none before the draw."""
    drawn = Event.objects.visible_to(request.user).select_related("draw").filter(draw__drawn_at__isnull=False)
    found = get_object_or_404(drawn, pk=pk)
    return JsonResponse(
        lottery.published(found.draw),
        json_dumps_params={"indent": 1},
        headers={"Content-Disposition": f'attachment; filename="kouryu-draw-{pk}.json"'},
    )
