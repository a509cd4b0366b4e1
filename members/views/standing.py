"""The page of a suspended member: what was decided, why, until when, whom to ask."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from members import queries
from members.access import Access, open_to


@open_to(Access.SIGNED_IN)
def standing(request: HttpRequest) -> HttpResponse:
    suspension = queries.open_suspension(request.user, timezone.now())
    return render(request, "members/standing/standing.html", {"suspension": suspension})
