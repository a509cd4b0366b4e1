"""Finding what an address names, as far as its reader may see it."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from feedback.models import Tie


def tie_with(request: HttpRequest, person_pk: int) -> Tie:
    """The tie with this person. Never tied, ended, blocked and left are all the same 404."""
    ties = Tie.objects.open_between(request.user, person_pk).select_related("first__profile", "second__profile")
    tie: Tie = get_object_or_404(ties)
    return tie
