"""Finding what an address names, as far as its reader may see it."""

from __future__ import annotations

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from feedback import refusals
from feedback.models import Tie
from feedback.rules.reach import NoReach
from kouryu import web
from members import queries


def tie_with(request: HttpRequest, person_pk: int) -> Tie:
    """The tie with this person; never tied, ended and blocked by the reader are all the same 404."""
    ties = Tie.objects.listed_between(request.user, person_pk).select_related("first__profile", "second__profile")
    tie: Tie = get_object_or_404(ties)
    return tie


def is_within_reach(request: HttpRequest, tie: Tie) -> bool:
    """Whether the reader can bring something to the other end now."""
    return queries.is_within_reach(request.user, tie.other_id(request.user), timezone.now())


def refuse_reach(request: HttpRequest, back: str, typed: BaseForm | None = None) -> HttpResponse:
    """The page that says that nothing can be brought to this person now, the same for every cause."""
    return web.refuse(request, refusals.explain(NoReach.NOW), back=back, typed=typed)
