"""What a page says where nothing can be brought to a person now."""

from __future__ import annotations

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse

from feedback.letters import refusals
from feedback.letters.rules import NoReach
from kouryu import web


def refuse_reach(request: HttpRequest, back: str, typed: BaseForm | None = None) -> HttpResponse:
    """The page that says that nothing can be brought to this person now, the same for every cause."""
    return web.refuse(request, refusals.explain(NoReach.NOW), back=back, typed=typed)
