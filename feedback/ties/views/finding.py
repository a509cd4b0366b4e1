"""Finding what an address names, as far as its reader may see it."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from feedback.models import Tie
from members.standing import queries


def tie_with(request: HttpRequest, person_pk: int) -> Tie:
    """The tie with this person; never tied, ended and blocked by the reader are all the same 404."""
    ties = Tie.objects.listed_between(request.user, person_pk).select_related("first__profile", "second__profile")
    tie: Tie = get_object_or_404(ties)
    return tie


def is_within_reach(request: HttpRequest, tie: Tie) -> bool:
    """Whether the reader can bring something to the other end now."""
    return queries.is_within_reach(request.user, tie.other_id(request.user), timezone.now())
